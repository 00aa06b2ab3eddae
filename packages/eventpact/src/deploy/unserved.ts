import type { Reason } from "./can-i-deploy.ts";
import type { KeptInteraction } from "./contents.ts";
import { hears } from "./reading.ts";
import type { Placed, World } from "./world.ts";
import { named } from "./world.ts";

/**
 * Contracts that nobody can keep any more, between a version and what runs beside it: about an event that its producer says
 * where the consumer does not hear it, or says no longer; and contracts of which nobody knows what they are about. A reader
 * that was there before its writer waits, which is lawful; so does one whose documents call the event retained.
 */
export function unservedReasons(candidate: Placed, world: World): readonly Reason[] {
  const others = world.present.filter(({ service }) => service !== candidate.service);
  const before = world.present.filter(({ service, kind }) => service === candidate.service && kind === "deployed");
  const reasons = others.flatMap((other) => [...unserved(candidate, other, []), ...unserved(other, candidate, before)]);
  return [...new Map(reasons.map((one) => [one.message, one])).values()];
}

/** `before`: the versions that the provider takes the place of. */
function unserved(consumer: Placed, provider: Placed, before: readonly Placed[]): readonly Reason[] {
  const pacts = consumer.contents.pacts.filter((one) => one.provider === provider.service);
  const counted = pacts.flatMap(({ interactions }) => interactions).filter(({ pending }) => !pending);
  return counted.flatMap((interaction): readonly Reason[] => {
    // What is no JSON and names no event, such as the contents of a plugin, may be about no event at all.
    if (interaction.event === "")
      return interaction.opaque === undefined ? [unattributed(consumer, provider, interaction)] : [];
    const { event } = interaction;
    const heard = consumer.contents.receives.filter((one) => one.event === event);
    const type = heard[0]?.message.eventType;
    if (type === undefined || heard.every(({ lifecycle }) => lifecycle === "retained")) return [];
    const topicsOf = ({ contents }: Placed): readonly string[] =>
      contents.sends.filter(({ message }) => message.eventType === type).map(({ topic }) => topic);
    const reaches = (topic: string): boolean => hears(consumer.contents, topic, type);
    const topics = topicsOf(provider);
    if (topics.some(reaches)) return [];
    const isGone = topics.length === 0;
    if (isGone && !before.some((one) => topicsOf(one).some(reaches))) return [];
    const where = isGone ? "says no longer" : `says in ${[...new Set(topics)].join(", ")}`;
    return [
      {
        verdict: "no",
        message: `${named(consumer)} has a contract about ${event}, which it hears in ${heard.map(({ topic }) => topic).join(", ")} and ${named(provider)} ${where}`,
        event,
        service: consumer.service,
      },
    ];
  });
}

const unattributed = (consumer: Placed, provider: Placed, { description }: KeptInteraction): Reason => ({
  verdict: "unknown",
  message: `${named(consumer)} has a contract with ${named(provider)} that is about no event that its documents describe: "${description}"`,
  event: "",
  service: consumer.service,
  way: `eventpact verify says where; name the event in the contract of ${consumer.service}, and record it anew`,
});

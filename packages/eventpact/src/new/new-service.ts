import { posix } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { EventVersion, Model } from "../model/types.ts";
import type { JsonObject } from "../read/json.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import type { NewPlan } from "./plan.ts";
import { create, draftOf, refBetween } from "./plan.ts";
import { sentence } from "./wiring.ts";
import { yamlText } from "./yaml-edit.ts";

export interface NewServiceAnswers {
  /** `returns` */
  readonly name: string;
  readonly description: string;
  /** Event types that it receives, in all their versions. */
  readonly receives: readonly string[];
}

/** A document for a new service, like the others of the folder, with receive operations for what it hears. */
export function planNewService(model: Model, { name, description, receives }: NewServiceAnswers): NewPlan {
  if (!/^[a-z][a-z\d-]*$/.test(name))
    throw new UsageError(`"${name}" is not the name of a service.`, "Names look like returns or fraud-check.");
  if (model.services.some((service) => service.name === name))
    throw new UsageError(`The service ${name} is there already.`);
  const draft = draftOf(model);
  const like = model.documents[0];
  const file = posix.join(like ? posix.dirname(like.file) : model.folder, `${name}.yaml`);
  const events = receives.map((type) => versionsOf(model, type));
  const channels: Record<string, JsonObject> = {};
  const operations: Record<string, JsonObject> = {};
  for (const versions of events) {
    for (const [operationId, operation] of receiveOperations(model, name, versions, file, channels))
      operations[operationId] = operation;
  }
  const servers = like && own(valueOf(model.sources, like.place), "servers");
  create(
    draft,
    file,
    yamlText({
      asyncapi: like?.version ?? "3.0.0",
      id: like?.id ? like.id.replace(/[^:/#]+$/, name) : `urn:${name}`,
      info: { title: `${sentence(name)} service`, version: "1.0.0", description },
      defaultContentType: "application/json",
      ...(servers === undefined ? {} : { servers }),
      ...(Object.keys(channels).length > 0 ? { channels, operations } : {}),
    }),
  );
  const keys = events.flat().map(({ key }) => key);
  return {
    changes: draft.changes,
    made: `service ${name}`,
    steps: [
      `Say in ${file} what it is for.`,
      `What it sends: eventpact new event <Name> --service ${name}.`,
      ...(keys.length === 0 ? ["What it hears: receive operations in its document."] : []),
      "Then: eventpact check && eventpact generate.",
      ...(keys.length > 0
        ? [`Its code handles ${keys.map((key) => `"${key}"`).join(", ")}: a row each in its table of handlers.`]
        : []),
    ],
  };
}

function versionsOf(model: Model, type: string): readonly EventVersion[] {
  const versions = model.events.filter((event) => event.eventType === type);
  if (versions.length > 0) return versions;
  const types = [...new Set(model.events.map((event) => event.eventType))];
  throw new UsageError(`There is no event ${type}.`, didYouMean(type, types) ?? `There are: ${types.join(", ")}.`);
}

function receiveOperations(
  model: Model,
  service: string,
  versions: readonly EventVersion[],
  file: string,
  channels: Record<string, JsonObject>,
): readonly [string, JsonObject][] {
  const [first] = versions;
  const topic = first?.topics[0];
  const channel = model.channels.find((candidate) => candidate.topic === topic);
  if (!first || topic === undefined || !channel) return [];
  channels[channel.name] = { $ref: refBetween(file, channel.place.file, channel.place.pointer) };
  const reference = `#${childPointer("/channels", channel.name)}`;
  const listed = versions.filter((event) => event.topics.includes(topic));
  return [
    [
      `receive${first.eventType}`,
      {
        action: "receive",
        channel: { $ref: reference },
        title: `Receive ${first.eventType}`,
        summary: `Hears ${first.eventType}.`,
        messages: listed.map((event) => ({ $ref: `${reference}/messages${childPointer("", event.key)}` })),
        bindings: { kafka: { groupId: { type: "string", const: service }, bindingVersion: "0.5.0" } },
      },
    ],
  ];
}

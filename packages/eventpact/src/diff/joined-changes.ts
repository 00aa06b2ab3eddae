import type { Pact } from "../contracts/pact.ts";
import type { DeploySettings } from "../config/settings.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { ModelComparison } from "./compare-models.ts";
import { payloadConsumers } from "./consumers.ts";
import type { Reliance } from "./contracts.ts";
import { listed, verb } from "./draft.ts";
import type { ConsumerEffect, Draft } from "./types.ts";

/** A change with those whom it hits. */
export interface JoinedDraft extends Draft {
  readonly consumers: readonly ConsumerEffect[];
}

/** Changes that leave every reader of the event behind, whatever it reads. */
const hitsEveryReader: ReadonlySet<string> = new Set([
  "event-removed",
  "event-renamed",
  "event-moved",
  "content-type-changed",
  "channel-address-changed",
]);

/**
 * Joins changes with contracts. A change that breaks a contract is breaking, whatever its mode says; a removed field that
 * every consumer provably does without is only told.
 */
export function joinConsumers(
  { drafts, pairs, verdicts }: Pick<ModelComparison, "drafts" | "pairs" | "verdicts">,
  about: ReadonlyMap<string, readonly Reliance[]>,
  receiversOf: (event: string) => readonly string[],
  pacts: readonly Pact[],
  judge: SchemaJudge,
  readers: DeploySettings["readers"],
): readonly JoinedDraft[] {
  const pairOf = new Map(pairs.map((pair) => [pair.newer.key, pair]));
  const forward = new Map(verdicts.map((verdict) => [verdict.event, verdict.forward]));
  const known = new Map<string, ReturnType<typeof payloadConsumers>>();
  const payload = (event: string): ReturnType<typeof payloadConsumers> | undefined => {
    const pair = pairOf.get(event);
    if (!pair) return undefined;
    const found =
      known.get(event) ?? payloadConsumers(pair, about.get(event) ?? [], judge, forward.get(event) === "compatible");
    known.set(event, found);
    return found;
  };
  return drafts.map((draft) => {
    if (draft.part === "payload" && draft.code !== "annotation-changed")
      return levelled(
        draft,
        draft.events.flatMap((event) => payload(event)?.(draft) ?? []),
        readers,
      );
    if (hitsEveryReader.has(draft.code) && draft.level !== "info")
      return {
        ...draft,
        consumers: draft.events.flatMap((event) => everyReader(event, receiversOf(event), about.get(event) ?? [])),
      };
    return draft.code === "operation-renamed" ? namedByContract(draft, pacts) : { ...draft, consumers: [] };
  });
}

function everyReader(
  event: string,
  receivers: readonly string[],
  about: readonly Reliance[],
): readonly ConsumerEffect[] {
  const withContract = new Set(about.map(({ consumer }) => consumer));
  return [...new Set([...receivers, ...withContract])].toSorted().map((consumer) => ({
    consumer,
    event,
    effect: "breaks",
    fields: [],
    reason: withContract.has(consumer) ? "has a contract for it" : "receives it",
  }));
}

function levelled(draft: Draft, consumers: readonly ConsumerEffect[], readers: DeploySettings["readers"]): JoinedDraft {
  const broken = consumers.filter(({ effect }) => effect === "breaks");
  if (broken.length > 0 && draft.level !== "breaking") {
    const names = [...new Set(broken.map(({ consumer }) => consumer))];
    return {
      ...draft,
      level: "breaking",
      message: `${draft.message} ${listed(names)} ${verb(names, "reads", "read")} it.`,
      consumers,
    };
  }
  if (readers === "contract" && broken.length === 0) return byContracts(draft, consumers);
  const isSafe = consumers.length > 0 && consumers.every(({ effect }) => effect === "unaffected");
  if (draft.code === "property-removed" && draft.level === "warning" && isSafe)
    return { ...draft, level: "info", message: `${draft.message} No consumer uses it.`, consumers };
  return { ...draft, consumers };
}

/** Where consumers look only at what their contracts name, what no contract feels breaks nobody, whatever schemas say. */
function byContracts(draft: Draft, consumers: readonly ConsumerEffect[]): JoinedDraft {
  if (draft.level !== "breaking" && draft.level !== "undecided") return { ...draft, consumers };
  const isOpen = consumers.some(({ effect, fields }) => effect === "could-break" && fields.length > 0);
  if (isOpen) return { ...draft, level: "undecided", consumers };
  return {
    ...draft,
    level: "warning",
    message: `${draft.message} No contract feels it, and readers look at nothing else (deploy.readers).`,
    consumers,
  };
}

function namedByContract(draft: Draft, pacts: readonly Pact[]): JoinedDraft {
  const [service = "", id = ""] = draft.subject.name.split("/");
  const naming = pacts
    .filter(({ consumer, provider }) => consumer === service || provider === service)
    .flatMap(({ interactions, exchanges }) => [...interactions, ...exchanges.map(({ request }) => request)])
    .filter(({ operationId }) => operationId === id);
  if (naming.length === 0) return { ...draft, consumers: [] };
  const files = [...new Set(naming.map(({ source }) => source.file))];
  return {
    ...draft,
    level: "breaking",
    message: `${draft.message} ${listed(files)} still ${verb(files, "names", "name")} it.`,
    consumers: [],
  };
}

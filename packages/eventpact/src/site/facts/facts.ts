import type { SchemaJudge } from "../../judge/judge.ts";
import type { EventVersion, Model, Service, Topic } from "../../model/types.ts";
import { own } from "../../read/json.ts";
import { anchorFor, fileNames } from "../addresses.ts";
import { isHeld as isHeldBy } from "../../contracts/coverage.ts";
import type { Pact } from "../../contracts/pact.ts";
import type { Subject } from "../../contracts/subject.ts";
import { subjectsOf } from "../../contracts/subject.ts";
import type { Keeping } from "../../deploy/keeping.ts";
import type { HttpCall } from "../inputs/http-apis.ts";
import type { RunningServices, Standing } from "../inputs/standings.ts";
import type { ChangelogEntry } from "./changelog.ts";
import type { Field } from "./fields.ts";
import { allFields, fieldTree } from "./fields.ts";
import type { Flow } from "./flows.ts";
import { flowsOf } from "./flows.ts";
import type { ContractInteraction, EventReliance } from "./reliance.ts";
import { interactionsOf, relianceByEvent } from "./reliance.ts";
import type { Migration, VersionStep } from "./versions.ts";
import { migrationOf, versionStep } from "./versions.ts";

/** Everything the site is made of. Nothing in it was written for the site. */
export interface SiteInput {
  readonly title: string;
  /** The folder's name, as the footer tells it. */
  readonly source: string;
  /** Where the sources can be seen; see `DocsSettings.source`. */
  readonly sourceAddress?: string;
  readonly model: Model;
  readonly pacts: readonly Pact[];
  /** What is deployed in each environment whose records can be read. */
  readonly environments: readonly RunningServices[];
  /** Topic → how long it keeps what is written. */
  readonly keeping: ReadonlyMap<string, Keeping>;
  /** Event key → where it stands in every environment with records. */
  readonly standings: ReadonlyMap<string, readonly Standing[]>;
  /** Service name → calls of its HTTP API. */
  readonly apis: ReadonlyMap<string, readonly HttpCall[]>;
  readonly changelog: readonly ChangelogEntry[];
  /** Event key → its TypeScript declarations. */
  readonly typescript: ReadonlyMap<string, string>;
  readonly rules: readonly RuleEntry[];
  /** What could not be read, so that the site lacks it. */
  readonly faults: readonly Fault[];
  /** Service → what the official generator made of its document. */
  readonly references: ReadonlyMap<string, ReferencePart>;
}

/** The part of a reference page that shows the document: language code → markup. */
export type ReferencePart = Readonly<Record<string, string>>;

/** A finding of the checker because of which something is missing on the site. */
export interface Fault {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What a rule of the checker says of itself. */
export interface RuleEntry {
  readonly code: string;
  readonly category: string;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly why: string;
}

/** The input joined: what pages show and link to. Addresses are paths from the root of a language. */
export interface Facts extends SiteInput {
  readonly types: readonly EventType[];
  readonly events: ReadonlyMap<string, EventFacts>;
  readonly flows: readonly Flow[];
  readonly interactions: readonly ContractInteraction[];
  readonly subjects: readonly Subject[];
  readonly reliance: ReadonlyMap<string, EventReliance>;
  readonly addresses: Addresses;
}

/** A kind of fact with its versions; a message without a version number is a kind of its own. */
export interface EventType {
  readonly name: string;
  /** Oldest first. */
  readonly versions: readonly EventFacts[];
  readonly migrations: readonly Migration[];
}

export interface EventFacts {
  readonly event: EventVersion;
  readonly type: string;
  readonly isNewest: boolean;
  /** Absent where the payload is not JSON Schema. */
  readonly payload?: Field;
  /** Paths of all fields of the payload: what can be linked to. */
  readonly paths: ReadonlySet<string>;
  readonly headers?: Field;
  /** From the version before. */
  readonly step?: VersionStep;
  /** Field path → the oldest version (`v1`) from which on it is in every event. */
  readonly guaranteedSince: ReadonlyMap<string, string>;
}

export interface Addresses {
  readonly event: (key: string) => string;
  readonly service: (name: string) => string;
  readonly topic: (name: string) => string;
  readonly flow: (id: string) => string;
  readonly reference: (service: string) => string;
  readonly rule: (code: string) => string;
}

export function factsOf(input: SiteInput, judge: SchemaJudge): Facts {
  const { model } = input;
  const flows = flowsOf(model);
  const types = [...Map.groupBy(model.events, (event) => (event.version === undefined ? event.key : event.eventType))]
    .toSorted(([a], [b]) => a.localeCompare(b, "en"))
    .map(([name, versions]) => eventType(name, versions, input.keeping, judge));
  const events = new Map(types.flatMap(({ versions }) => versions.map((facts) => [facts.event.key, facts])));
  const interactions = interactionsOf(model, input.pacts);
  const reliance = relianceByEvent(interactions);
  const { subjects } = subjectsOf(model, input.pacts);
  return { ...input, types, events, flows, interactions, subjects, reliance, addresses: addressesOf(model, flows) };
}

function eventType(
  name: string,
  found: readonly EventVersion[],
  keeping: SiteInput["keeping"],
  judge: SchemaJudge,
): EventType {
  const versions = found.toSorted((a, b) => (a.version ?? 0) - (b.version ?? 0) || a.key.localeCompare(b.key, "en"));
  const trees = versions.map(({ payload }) => (payload.kind === "json-schema" ? fieldTree(payload.schema) : undefined));
  const facts = versions.map((event, index): EventFacts => {
    const before = versions[index - 1];
    const payload = trees[index];
    return {
      event,
      type: name,
      isNewest: index === versions.length - 1,
      ...(payload ? { payload } : {}),
      paths: new Set(payload ? [...allFields(payload)].map(({ path }) => path) : []),
      ...(event.headers ? { headers: fieldTree(event.headers.schema) } : {}),
      ...(before ? { step: versionStep(before, event, judge) } : {}),
      guaranteedSince: guaranteedSince(versions.slice(0, index + 1), trees),
    };
  });
  const migrations = versions.slice(1).flatMap((newer, index) => {
    const older = versions[index];
    const isStep = older !== undefined && older.version !== newer.version;
    return isStep ? [migrationOf(older, newer, longestOf(older, keeping))] : [];
  });
  return { name, versions: facts, migrations };
}

function guaranteedSince(
  versions: readonly EventVersion[],
  trees: readonly (Field | undefined)[],
): ReadonlyMap<string, string> {
  const since = new Map<string, string>();
  for (const [index, version] of versions.entries()) {
    const tree = trees[index];
    const guaranteed = new Set(
      tree ? [...allFields(tree)].filter((field) => field.guaranteed).map(({ path }) => path) : [],
    );
    for (const path of since.keys()) if (!guaranteed.has(path)) since.delete(path);
    for (const path of guaranteed)
      if (!since.has(path)) since.set(path, version.version === undefined ? version.key : `v${version.version}`);
  }
  return since;
}

/** The longest time that events of a version can stay in a topic; for ever (-1) beats all. Undefined where nothing says it. */
function longestOf({ topics }: EventVersion, keeping: SiteInput["keeping"]): number | undefined {
  const stated = topics.flatMap((topic) => keeping.get(topic) ?? []).filter(({ isStated }) => isStated);
  if (stated.length === 0) return undefined;
  return Math.max(...stated.map(({ span }) => span ?? Infinity)) === Infinity
    ? -1
    : Math.max(...stated.map(({ span }) => span ?? 0));
}

/** Where the pages are. Flows have names of their own, and so may be left out by who needs none. */
export function addressesOf(model: Model, flows: readonly Flow[]): Addresses {
  const page = (folder: string, names: readonly string[]): ((name: string) => string) => {
    const files = fileNames(names);
    return (name) => `${folder}/${files.get(name) ?? "index"}.html`;
  };
  const flowFiles = page(
    "flows",
    flows.map(({ name }) => name),
  );
  const flowNames = new Map(flows.map(({ id, name }) => [id, name]));
  return {
    event: page(
      "events",
      model.events.map(({ key }) => key),
    ),
    service: page(
      "services",
      model.services.map(({ name }) => name),
    ),
    topic: page(
      "topics",
      model.topics.map(({ name }) => name),
    ),
    flow: (id) => flowFiles(flowNames.get(id) ?? ""),
    reference: page(
      "reference",
      model.services.map(({ name }) => name),
    ),
    rule: (code) => `diagnostics.html#${anchorFor(code)}`,
  };
}

/** The field that carries what the event says, where the folder's envelope convention holds. */
export function dataField({ event, payload }: EventFacts): Field | undefined {
  return event.enveloped ? payload?.children.find(({ name }) => name === "data") : undefined;
}

/** Whether a contract holds this: a pact of the service about the event, with somebody who writes it. */
export function isHeld(facts: Facts, service: string, event: string): boolean {
  const found = facts.events.get(event)?.event;
  return found !== undefined && isHeldBy(facts.model, facts.subjects, service, found);
}

export function serviceNamed(facts: Facts, name: string): Service | undefined {
  return facts.model.services.find((service) => service.name === name);
}

export function topicNamed(facts: Facts, name: string): Topic | undefined {
  return facts.model.topics.find((topic) => topic.name === name);
}

/** The part of a payload's path that a JSON pointer names: `/data/orderId` → `data.orderId`. */
export function pathOfPointer(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

export function keyHint(event: EventVersion): string | undefined {
  const binding = own(own(event.bindings, "kafka"), "key");
  const described = own(binding, "title") ?? own(binding, "description") ?? own(binding, "type");
  return typeof described === "string" ? described : undefined;
}

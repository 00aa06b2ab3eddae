import type { Mode, PolicyName } from "@eventpact/compat";
import type { RuleSettings } from "../check/check-model.ts";
import type { Span } from "../deploy/time.ts";

/** What eventpact.yaml says, with everything that it leaves out filled in. Survives JSON. */
export interface Settings {
  /** The configuration file relative to the project root; absent when there is none. */
  readonly file?: string;
  /** The folder of documents, relative to the project root. */
  readonly dir?: string;
  /** The folder of contracts: pacts, environments, store, verifications. */
  readonly contracts: string;
  readonly rules: RuleSettings;
  readonly waivers: readonly Waiver[];
  readonly generate: GenerateSection;
  readonly compatibility: CompatibilitySettings;
  readonly verify: VerifySettings;
  readonly deploy: DeploySettings;
  readonly docs: DocsSection;
}

/** A finding that is accepted, with the reason why. */
export interface Waiver {
  readonly rule: string;
  /** A file or a folder (ending in `/`) relative to the project root; absent: everywhere. */
  readonly file?: string;
  /** Text that the finding's message contains; absent: any. */
  readonly match?: string;
  readonly reason: string;
  /** The last day on which it holds, `2026-12-31`. */
  readonly until?: string;
  /** Where it stands in eventpact.yaml, for findings about it. */
  readonly pointer: string;
}

export interface GenerateSection {
  readonly out: string;
  readonly packageName?: string;
  readonly maxBytes: number;
  readonly maxDepth: number;
}

export interface CompatibilitySettings {
  /** As `Settings.contracts`. */
  readonly contracts: string;
  /** For events without `x-compatibility`. FULL: old and new events lie in one topic, and old and new readers run side by side. */
  readonly mode: Mode;
  readonly policy: PolicyName;
  /** The branch, tag or commit that changes are judged against; absent: origin/main, origin/master, main or master. */
  readonly against?: string;
  /** The file of approvals, relative to the project root. */
  readonly approvals: string;
  /** For policy `evidence`: keys that were written although no schema declares them. */
  readonly writtenKeys: readonly string[];
}

export interface VerifySettings {
  /** As `Settings.contracts`. */
  readonly contracts: string;
  /** How producers are verified, unless `providers` says otherwise. */
  readonly provider?: ProviderSettings;
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Where the upcasters of services are found; absent: none are tried. */
  readonly upcasters?: UpcasterSettings;
}

export interface UpcasterSettings {
  /** A module that exports the service or its list of upcasters; `{service}` stands for the name. */
  readonly module: string;
  /** Files and folders that decide what they answer. */
  readonly sources: readonly string[];
  readonly timeoutSeconds: number;
}

export interface ProviderSettings {
  /** Words of a command; no shell reads them. `{provider}` in them and in the sources stays as it is. */
  readonly command: readonly string[];
  /** Files and folders that decide what the producer says; a result holds as long as they are what they were. */
  readonly sources: readonly string[];
  readonly timeoutSeconds: number;
}

/** What is between two services, and is not to count in `can-i-deploy` until a day. */
export interface IgnoredPairing {
  readonly consumer: string;
  readonly provider: string;
  /** One event version; absent: all between the two. */
  readonly event?: string;
  readonly reason: string;
  /** The last day, `2026-12-31`. */
  readonly until: string;
}

export interface DeploySettings {
  /** The environment that is meant when none is named. */
  readonly environment?: string;
  /**
   * `validate`: a consumer refuses what its own copy of the schema refuses, as generated decoders do. `contract`: it looks
   * only at what its contracts name.
   */
  readonly readers: "validate" | "contract";
  /** How long dead letters are kept; undefined: as long as the topic that they come from. */
  readonly deadLetters?: Span;
  /** The longest that an event waits in an outbox before it is in its topic. */
  readonly outbox: Span;
  /** How long the brokers write into one segment of a topic that does not say it: their `log.roll.ms`, 7 days by default. */
  readonly segment: Span;
  /** How often the brokers look for what is to be deleted: `log.retention.check.interval.ms`, 5 minutes by default. */
  readonly retentionCheck: Span;
  /** Topics that keep longer or shorter than their Kafka binding says. */
  readonly retention: Readonly<Record<string, Span>>;
  readonly ignore: readonly IgnoredPairing[];
  /** Where a service's version is: `services/{service}/package.json`. */
  readonly package: string;
}

export interface DocsSection {
  readonly out: string;
  readonly title?: string;
  readonly openapi: string;
  readonly base?: string;
  readonly source?: string;
}

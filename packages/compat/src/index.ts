export { compare, includes } from "./compare.ts";
export { compareVersions } from "./history.ts";
export { instancesOf, simplest } from "./instances.ts";
export type { InstanceOptions } from "./instances.ts";
export { readerOf, writtenBy } from "./policy/reader.ts";
export type { Reader, ReaderOptions } from "./policy/reader.ts";
export type { Completion, Known, Plan } from "./policy/completion.ts";
export { shownWitness } from "./large/describe.ts";
export { POLICIES } from "./policy/policies.ts";
export { readDocument } from "./schema/document.ts";
export type { SchemaDocument } from "./schema/document.ts";
export { validate } from "./validation.ts";
export type { ValidateOptions, Validation } from "./validation.ts";
export { CHANGE_CODES } from "./types.ts";
export type {
  Budget,
  Change,
  ChangeCode,
  CompareOptions,
  Comparison,
  Dialect,
  Direction,
  Draft,
  HistoryJudgement,
  Json,
  Judgement,
  LargeWitness,
  Mode,
  Policy,
  PolicyName,
  Rejection,
  Schema,
  Severity,
  UndecidedReason,
  Verdict,
  VersionJudgement,
} from "./types.ts";

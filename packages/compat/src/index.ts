export { compare } from "./compare.ts";
export { compareVersions } from "./history.ts";
export { POLICIES } from "./policy/policies.ts";
export { CHANGE_CODES } from "./types.ts";
export type {
  Budget,
  Change,
  ChangeCode,
  CompareOptions,
  Comparison,
  Dialect,
  Direction,
  HistoryJudgement,
  Json,
  Judgement,
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

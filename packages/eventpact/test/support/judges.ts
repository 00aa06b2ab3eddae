import type { PolicyName } from "@eventpact/compat";
import { noMemo } from "../../src/cache/memo.ts";
import type { SchemaJudge } from "../../src/judge/judge.ts";
import { judgeOf } from "../../src/judge/judge.ts";

/** The judge of a project whose eventpact.yaml says nothing else. */
export const judgeBy = (policy: PolicyName = "tolerant", writtenKeys: readonly string[] = []): SchemaJudge =>
  judgeOf({ policy, writtenKeys }, noMemo);

import type { Pact } from "../contracts/pact.ts";
import type { JudgeSettings } from "./judge.ts";
import { namesIn } from "./sides.ts";

/** What eventpact.yaml says of writers and readers; by the policy `evidence`, names that contracts show count as written, too. */
export function judgeSettings({ policy, writtenKeys }: JudgeSettings, pacts: readonly Pact[]): JudgeSettings {
  if (policy !== "evidence") return { policy, writtenKeys };
  const shown = pacts.flatMap(({ interactions }) => interactions.map(({ contents }) => contents));
  return { policy, writtenKeys: [...new Set([...writtenKeys, ...namesIn(shown)])].toSorted() };
}

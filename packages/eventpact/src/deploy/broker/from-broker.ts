import type { CommandArguments } from "../../command-line/command.ts";
import { UsageError } from "../../command-line/command.ts";
import { listOf, textOf } from "../command.ts";
import { selectorFrom } from "./selectors.ts";
import type { WantedQuestion } from "./wanted.ts";

/** What a command line says of the contracts that a broker is asked for, whoever the producer is. */
export type FromBroker = Omit<WantedQuestion, "provider">;

/** Undefined without `--from-broker`. Throws `UsageError` for flags that would do nothing without it, or with it. */
export function fromBroker(values: CommandArguments["values"]): FromBroker | undefined {
  const [branch, wipSince, words] = [textOf(values, "branch"), textOf(values, "wip-since"), listOf(values, "selector")];
  if (values["from-broker"] !== true) {
    const idle = Object.entries({ branch, "wip-since": wipSince, selector: words[0] }).find(
      ([, value]) => value !== undefined,
    );
    if (idle === undefined) return undefined;
    throw new UsageError(`--${idle[0]} says what a broker is asked for: it needs --from-broker.`);
  }
  if (values["known"] === true) throw new UsageError("--known asks nobody, and --from-broker asks a broker: take one.");
  return questionFrom(values);
}

/** What `--selector`, `--branch` and `--wip-since` say. Throws `UsageError` for what no broker understands. */
export function questionFrom(values: CommandArguments["values"]): FromBroker {
  const [branch, wipSince] = [textOf(values, "branch"), textOf(values, "wip-since")];
  if (branch === "") throw new UsageError("--branch must not be empty.", "Is the variable set that names it?");
  if (wipSince !== undefined && !isDay(wipSince))
    throw new UsageError(`--wip-since is a day such as 2026-01-31; not "${wipSince}".`);
  const selectors = listOf(values, "selector").map(selectorFrom);
  if (branch === undefined && selectors.some((one) => "matchingBranch" in one))
    throw new UsageError("--selector matchingBranch: which branch? --branch <name>.");
  return {
    selectors,
    ...(branch === undefined ? {} : { branch }),
    ...(wipSince === undefined ? {} : { wipSince }),
  };
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

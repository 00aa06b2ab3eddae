import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { CommandArguments } from "./command.ts";
import { UsageError } from "./command.ts";

/** Flags that every command understands. */
export const commonOptions: ParseArgsOptionsConfig = {
  help: { type: "boolean", short: "h" },
  color: { type: "boolean" },
  "no-color": { type: "boolean" },
};

/** Parses a command's arguments. Throws `UsageError` for an unknown flag (with the nearest known one) or a missing value. */
export function parseArguments(options: ParseArgsOptionsConfig, args: readonly string[]): CommandArguments {
  const known: ParseArgsOptionsConfig = { ...commonOptions, ...options };
  const parsed = parseArgs({ args: [...args], options: known, strict: false, allowPositionals: true, tokens: true });
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!option) {
      const names = Object.keys(known).map((name) => `--${name}`);
      const way = didYouMean(`--${token.name}`, names) ?? `There are ${names.toSorted().join(", ")}.`;
      throw new UsageError(`There is no flag ${token.rawName}.`, way);
    }
    if (option.type === "string" && token.value === undefined)
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} <${token.name}>.`);
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value, but was given "${token.value}".`);
  }
  return { values: parsed.values, positionals: parsed.positionals };
}

/** One of a few words, or a `UsageError` that lists them. */
export function choice<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${flag} is one of ${allowed.join(", ")}; not "${value}".`, didYouMean(value, allowed));
}

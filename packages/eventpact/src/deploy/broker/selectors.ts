import { UsageError } from "../../command-line/command.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";

/** Which versions of consumers a broker takes contracts from: Pact's consumer version selector. */
export type Selector = Readonly<Record<string, string | true>>;

const flags = ["deployedOrReleased", "deployed", "released", "mainBranch", "matchingBranch", "latest"];
const texts = ["branch", "fallbackBranch", "tag", "fallbackTag", "environment", "consumer"];

/** The words with which `--selector` can be spelt, for help texts. */
export const selectorWords: readonly string[] = [...flags, ...texts.map((name) => `${name}=<name>`)];

/**
 * What Pact recommends: what runs anywhere, what comes next, and where the producer's branch is known, the branch of the same
 * name of every consumer.
 */
export const usualSelectors = (branch: string | undefined): readonly Selector[] => [
  { mainBranch: true },
  { deployedOrReleased: true },
  ...(branch === undefined ? [] : [{ branch }]),
];

/** `deployed,environment=production,consumer=email`. Throws `UsageError` for a word that no broker knows: it would be dropped. */
export function selectorFrom(text: string): Selector {
  const parts = text.split(",").map((part) => partFrom(text, part.trim()));
  const selector = Object.fromEntries(parts);
  const names = Object.keys(selector);
  if (names.length < parts.length) throw new UsageError(`--selector ${text} says one thing twice.`);
  if (names.every((name) => name === "consumer" || name.startsWith("fallback")))
    throw new UsageError(
      `--selector ${text} says of whom, and not which versions.`,
      `Say as well: ${flags.join(", ")}, branch=<name> or environment=<name>.`,
    );
  return selector;
}

function partFrom(text: string, part: string): readonly [string, string | true] {
  const at = part.indexOf("=");
  const [name, value] = at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
  if (flags.includes(name) && (value === undefined || value === "true")) return [name, true];
  if (texts.includes(name) && value) return [name, value];
  if (flags.includes(name))
    throw new UsageError(`--selector ${text}: ${name} takes no value, but was given "${value}".`);
  if (texts.includes(name)) throw new UsageError(`--selector ${text}: ${name} needs a value: ${name}=<name>.`);
  throw new UsageError(
    `--selector ${text}: no Pact Broker knows "${name}".`,
    didYouMean(name, [...flags, ...texts]) ?? `There are: ${selectorWords.join(", ")}.`,
  );
}

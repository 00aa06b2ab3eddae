import type { Json } from "../../read/json.ts";
import { canonicalJson } from "../../read/json.ts";
import type { Level } from "../types.ts";
import type { Levels } from "./row.ts";

export const worst = (levels: readonly Level[]): Level =>
  (["breaking", "undecided", "warning", "info"] as const).find((level) => levels.includes(level)) ?? "info";

/** What a change from one value to another means; undefined is a value that is not said. */
export function levelOf(levels: Levels, from: Json | undefined, to: Json | undefined): Level {
  if (from === undefined) return levels.set;
  if (to === undefined) return levels.cleared;
  if (typeof from === "number" && typeof to === "number")
    return (to < from ? levels.less : levels.more) ?? levels.changed;
  if (Array.isArray(from) && Array.isArray(to)) return levelOfLists(levels, from, to);
  return worst([levels.changed, levels.less ?? "info", levels.more ?? "info"]);
}

function levelOfLists(levels: Levels, from: readonly Json[], to: readonly Json[]): Level {
  const [before, after] = [from.map(canonicalJson), to.map(canonicalJson)];
  const gone = before.some((item) => !after.includes(item));
  const come = after.some((item) => !before.includes(item));
  if (!gone && !come) return levels.gone === undefined ? levels.changed : "info";
  return worst([...(gone ? [levels.gone ?? levels.changed] : []), ...(come ? [levels.come ?? levels.changed] : [])]);
}

/** A value in a sentence. */
export function shortText(value: Json): string {
  const text = canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

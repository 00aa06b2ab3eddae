import type { Model } from "../model/types.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { down, fieldOf, idOf, partsOf } from "./parts.ts";
import { keysAt } from "../model/channels.ts";
import type { Rule } from "./rule.ts";

export const parameterValue: Rule = {
  code: "parameter-value",
  category: "schema",
  severity: "error",
  title: "The default and the examples of a parameter or server variable are among its enum.",
  why: "`enum` lists all values that may be put in. A default or an example besides them is an address that does not exist.",
  check(model, report) {
    for (const place of variables(model)) {
      const value = valueOf(model.sources, place);
      const allowed = listOf(own(value, "enum"));
      if (allowed.length === 0) continue;
      const words = allowed.map(String);
      const judge = (given: Json | undefined, what: string, at: Place): void => {
        if (typeof given !== "string" || allowed.includes(given)) return;
        const hint = didYouMean(given, words) ?? `It has: ${words.join(", ")}.`;
        report({ place: at, message: `${what} "${given}" is not in the enum.`, hint });
      };
      judge(own(value, "default"), "The default", fieldOf(place, "default"));
      for (const [index, example] of listOf(own(value, "examples")).entries())
        judge(example, "The example", fieldOf(place, "examples", index));
    }
  },
};

function variables(model: Model): readonly Place[] {
  const found = new Map<string, Place>();
  const add = (place: Place | undefined): void => {
    if (place) found.set(idOf(place), place);
  };
  for (const [holders, field] of [
    [["channels", "components/channels"], "parameters"],
    [["servers", "components/servers"], "variables"],
  ] as const)
    for (const { place } of partsOf(model, ...holders)) {
      const map = down(model, place, field);
      for (const name of keysAt(model.sources, map)) if (map) add(resolvePlace(model.sources, fieldOf(map, name)));
    }
  for (const { place } of partsOf(model, "components/parameters", "components/serverVariables")) add(place);
  return [...found.values()];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

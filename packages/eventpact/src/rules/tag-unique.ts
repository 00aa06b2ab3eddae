import type { Model } from "../model/types.ts";
import { own, ownString } from "../read/json.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { down, fieldOf, idOf, messageParts, partsOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const tagUnique: Rule = {
  code: "tag-unique",
  category: "schema",
  severity: "error",
  title: "No two tags of one object have the same name.",
  why: "A tag is known by its name: of two that share one, a tool shows either.",
  check(model, report) {
    for (const list of tagLists(model)) {
      const tags = valueOf(model.sources, list);
      if (!Array.isArray(tags)) continue;
      const seen = new Set<string>();
      for (const index of tags.keys()) {
        const place = resolvePlace(model.sources, fieldOf(list, index));
        const name = place && ownString(valueOf(model.sources, place), "name");
        if (name === undefined) continue;
        if (seen.has(name))
          report({
            place: fieldOf(list, index),
            message: `There is a tag "${name}" before this one.`,
            hint: "Take one of them out.",
          });
        seen.add(name);
      }
    }
  },
};

function tagLists(model: Model): readonly Place[] {
  const holders = [
    ...model.documents.map(({ place }) => fieldOf(place, "info")),
    ...partsOfAll(model, "servers", "channels", "operations", "operationTraits"),
    ...messageParts(model),
  ];
  const lists = holders.filter((place) => own(valueOf(model.sources, place), "tags") !== undefined);
  return [...new Map(lists.flatMap((place) => listAt(model, place)).map((list) => [idOf(list), list])).values()];
}

function partsOfAll(model: Model, ...maps: readonly string[]): readonly Place[] {
  return [...partsOf(model, ...maps, ...maps.map((map) => `components/${map}`))].map(({ place }) => place);
}

function listAt(model: Model, place: Place): readonly Place[] {
  const list = down(model, place, "tags");
  return list ? [list] : [];
}

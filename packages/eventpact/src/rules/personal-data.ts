import { schemaNodes } from "../model/schema-nodes.ts";
import { own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Rule } from "./rule.ts";

const telling =
  /^(e-?mail(address)?|phone(number)?|mobile|(first|last|full|middle|maiden|sur|given|family)name|(date)?of?birth(date|day)?|dateofbirth|iban|ssn|socialsecuritynumber|tax(payer)?id|passport(number)?|(home|postal|street|shipping|billing|delivery)?address|ip(address)?|licen[cs]eplate)$/;

export const personalData: Rule = {
  code: "personal-data",
  category: "events",
  severity: "info",
  title: "Properties that name a person are marked x-personal-data.",
  why: "Events are kept for long, copied and replayed. What is marked can be masked in logs and erased on request; what is not marked is forgotten. `x-personal-data: false` says that a property only looks like it.",
  check(model, report) {
    const told = new Set<string>();
    for (const node of schemaNodes(model)) {
      if (!node.event?.enveloped || node.keyword !== "properties") continue;
      const name = pointerTokens(node.place.pointer).at(-1) ?? "";
      if (!telling.test(name.replaceAll(/[-_]/g, "").toLowerCase())) continue;
      const target = resolvePlace(model.sources, node.place) ?? node.place;
      const value = valueOf(model.sources, target);
      if (own(node.schema, "x-personal-data") !== undefined || own(value, "x-personal-data") !== undefined) continue;
      if (own(value, "type") === "object" && hasMarkedPart(value)) continue;
      // A type that many events share is marked once.
      const at = `${target.file}#${target.pointer}`;
      if (told.has(at)) continue;
      told.add(at);
      const message = `"${name}" of ${node.event.key} looks like personal data, and is not marked.`;
      report({
        place: target === node.place ? node.place : target,
        part: "key",
        message,
        hint: "Mark it x-personal-data: true (or false).",
      });
    }
  },
};

function hasMarkedPart(schema: unknown): boolean {
  return JSON.stringify(schema).includes('"x-personal-data"');
}

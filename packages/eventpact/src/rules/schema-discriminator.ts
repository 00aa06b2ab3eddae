import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { fieldOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const schemaDiscriminator: Rule = {
  code: "schema-discriminator",
  category: "schema",
  severity: "warning",
  title: "A discriminator is a required property of its schema.",
  why: "It names the property by whose value readers tell which of several schemas a message fits. One that is not declared, or may be absent, tells nothing.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      const name = ownString(node.schema, "discriminator");
      if (name === undefined) continue;
      const { names, required, isOpen } = saidOf(model.sources, node);
      if (isOpen) continue;
      const place = fieldOf(node.place, "discriminator");
      if (!names.has(name))
        report({
          place,
          message: `The discriminator "${name}" is no property of this schema.`,
          hint: didYouMean(name, names) ?? "Declare it under properties, as text.",
        });
      else if (!required.has(name))
        report({
          place,
          message: `The discriminator "${name}" is not required.`,
          hint: `Add it: required: [${name}].`,
        });
    }
  },
};

interface Said {
  readonly names: Set<string>;
  readonly required: Set<string>;
  isOpen: boolean;
}

/** What a schema and those it is made of by `$ref` and `allOf` declare and require; branches count where all of them say it. */
function saidOf(sources: Sources, { place }: SchemaNode): Said {
  const said: Said = { names: new Set(), required: new Set(), isOpen: false };
  const seen = new Set<Json>();
  const visit = (at: Place): void => {
    const schema = valueOf(sources, at);
    if (!isObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    if (typeof own(schema, "$ref") === "string") {
      const target = resolvePlace(sources, at);
      if (target) visit(target);
      else said.isOpen = true;
    }
    const [properties, required] = [own(schema, "properties"), own(schema, "required")];
    if (isObject(properties)) for (const name of Object.keys(properties)) said.names.add(name);
    if (Array.isArray(required)) for (const name of required as readonly Json[]) said.required.add(String(name));
    for (const keyword of ["allOf", "oneOf", "anyOf"]) {
      const parts = own(schema, keyword);
      if (!Array.isArray(parts)) continue;
      for (const index of parts.keys())
        visit({ file: at.file, pointer: childPointer(childPointer(at.pointer, keyword), index) });
    }
  };
  visit(place);
  return said;
}

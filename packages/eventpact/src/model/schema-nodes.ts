import type { JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { keysAt } from "./channels.ts";
import type { SchemaLanguage } from "./dialect.ts";
import { schemaLanguage } from "./dialect.ts";
import { referencedSchema } from "./schema-place.ts";
import { subschemas } from "./schema-walk.ts";
import type { EventVersion, Model } from "./types.ts";

/** A schema object as it is written somewhere, with the way it was first reached. */
export interface SchemaNode {
  readonly place: Place;
  readonly schema: JsonObject;
  readonly language: SchemaLanguage & { kind: "json-schema" };
  /** The schema this one stands in, and the keyword that holds it; absent for a root. */
  readonly parent?: SchemaNode;
  readonly keyword?: string;
  /** The event whose payload or headers reached it first. */
  readonly event?: EventVersion;
}

const known = new WeakMap<Model, readonly SchemaNode[]>();

/** Every schema object that payloads, headers and `components.schemas` reach, each place once, `$ref`s followed. */
export function schemaNodes(model: Model): readonly SchemaNode[] {
  let nodes = known.get(model);
  if (!nodes) {
    nodes = collect(model);
    known.set(model, nodes);
  }
  return nodes;
}

function collect(model: Model): readonly SchemaNode[] {
  const { sources } = model;
  const nodes = new Map<string, SchemaNode>();
  const visit = (place: Place, language: SchemaNode["language"], from: Partial<SchemaNode>): void => {
    const id = `${place.file}#${place.pointer}`;
    const schema = valueOf(sources, place);
    if (nodes.has(id) || !isObject(schema)) return;
    const node: SchemaNode = { ...from, place, schema, language };
    nodes.set(id, node);
    const context = from.event ? { event: from.event } : {};
    const ref = own(schema, "$ref");
    if (typeof ref === "string") {
      const target = referencedSchema(sources, place.file, ref);
      if (target) visit(target, language, context);
    }
    for (const child of subschemas(schema, place.pointer))
      visit({ file: place.file, pointer: child.pointer }, language, {
        ...context,
        parent: node,
        keyword: child.keyword,
      });
  };
  for (const event of model.events) {
    for (const bundled of [event.payload.kind === "json-schema" ? event.payload : undefined, event.headers])
      if (bundled) visit(bundled.place, languageOf(model, bundled.place, bundled.dialect), { event });
  }
  for (const document of model.documents) {
    const components = resolveChild(sources, document.place, "components");
    const schemas = components && resolveChild(sources, components, "schemas");
    for (const name of keysAt(sources, schemas)) {
      const place = schemas && resolveChild(sources, schemas, name);
      const wrapped = place && own(valueOf(sources, place), "schema") !== undefined;
      const inner = wrapped ? resolveChild(sources, place, "schema") : place;
      if (!place || !inner) continue;
      const format = wrapped ? ownString(valueOf(sources, place), "schemaFormat") : undefined;
      const language = schemaLanguage(format, valueOf(sources, inner));
      if (language.kind === "json-schema") visit(inner, language, {});
    }
  }
  return [...nodes.values()];
}

/** OpenAPI's own keywords are not judged as JSON Schema: where the wrapper says so, the language keeps it. */
function languageOf(model: Model, place: Place, dialect: SchemaNode["language"]["dialect"]): SchemaNode["language"] {
  const wrapper = place.pointer.endsWith("/schema")
    ? valueOf(model.sources, { file: place.file, pointer: place.pointer.slice(0, -"/schema".length) })
    : undefined;
  const language = schemaLanguage(ownString(wrapper, "schemaFormat"), valueOf(model.sources, place));
  return language.kind === "json-schema" && language.dialect === dialect
    ? language
    : { kind: "json-schema", dialect, openApi: false, draft: dialect };
}

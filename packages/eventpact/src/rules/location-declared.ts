import type { BundledSchema, JsonSchema, Model } from "../model/types.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { localTarget } from "../model/envelope.ts";
import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import { partsOf } from "./parts.ts";
import type { LocatedIn } from "./locations.ts";
import { locationParts, locationsOf } from "./locations.ts";
import type { Rule } from "./rule.ts";

export const locationDeclared: Rule = {
  code: "location-declared",
  category: "schema",
  severity: "warning",
  title: "A location leads to a header or property that a schema declares.",
  why: "A correlation ID, a reply address or a parameter that is looked for where no message has it is never found. Either the location is misspelt, or the header is not described.",
  check(model, report) {
    const mayBeProtocols = hasProtocolHeaders(model);
    for (const { text, place, what, messages } of locationsOf(model)) {
      const parts = locationParts(text);
      const gaps = parts ? messages.map((message) => gapIn(message, parts, mayBeProtocols)) : [];
      if (gaps.length === 0 || gaps.includes(undefined)) continue;
      const [gap] = gaps;
      const names = messages.map(({ name }) => name).join(" or ");
      report({ place, message: `The ${what} is looked for in ${names}, but ${gap?.message}.`, hint: gap?.hint });
    }
  },
};

/** Message brokers besides Kafka have headers of their own, which `headers` must not describe. */
function hasProtocolHeaders(model: Model): boolean {
  return [...partsOf(model, "servers", "components/servers")].some(({ place }) => {
    const protocol = ownString(valueOf(model.sources, place), "protocol");
    return protocol !== undefined && !protocol.startsWith("kafka");
  });
}

interface Gap {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What is missing on the way, or undefined where the location is declared or the schema leaves it open. */
function gapIn(
  message: LocatedIn,
  { source, pointer }: { source: "header" | "payload"; pointer: string },
  mayBeProtocols: boolean,
): Gap | undefined {
  const bundled: BundledSchema | "unknown" | undefined = message[source];
  const tokens = pointerTokens(pointer);
  if (tokens.length === 0 || bundled === "unknown") return undefined;
  if (!bundled && mayBeProtocols) return undefined;
  if (!bundled) return { message: "there are no headers described", hint: `Declare "${tokens[0]}" under "headers".` };
  let schemas: readonly Json[] = [bundled.schema];
  for (const token of tokens) {
    const step = properties(bundled.schema, schemas);
    if (step.isOpen) return undefined;
    const next = step.named.get(token) ?? (/^\d+$/.test(token) ? step.items : []);
    if (next.length === 0) {
      const declared = [...step.named.keys()];
      const kind = source === "header" ? "header" : "property";
      return { message: `no schema declares the ${kind} "${token}"`, hint: didYouMean(token, declared) };
    }
    schemas = next;
  }
  return undefined;
}

interface Step {
  readonly named: Map<string, Json[]>;
  readonly items: Json[];
  isOpen: boolean;
}

/** What the schemas of one value, and all that they are composed of, say of its properties and items. */
function properties(root: JsonSchema, schemas: readonly Json[]): Step {
  const step: Step = { named: new Map(), items: [], isOpen: false };
  const seen = new Set<Json>();
  const visit = (schema: Json | undefined): void => {
    if (!isObject(schema)) step.isOpen ||= schema === true;
    if (!isObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    const ref = own(schema, "$ref");
    if (typeof ref === "string") visit(localTarget(root, ref));
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const parts = own(schema, keyword);
      if (Array.isArray(parts)) for (const part of parts as readonly Json[]) visit(part);
    }
    for (const keyword of ["if", "then", "else"]) visit(own(schema, keyword));
    const declared = own(schema, "properties");
    if (isObject(declared))
      for (const [name, part] of Object.entries(declared))
        step.named.set(name, [...(step.named.get(name) ?? []), part]);
    const items = own(schema, "items");
    if (items !== undefined) step.items.push(...(Array.isArray(items) ? (items as readonly Json[]) : [items]));
    if (
      ["patternProperties", "$dynamicRef", "$recursiveRef", "prefixItems"].some((key) => own(schema, key) !== undefined)
    )
      step.isOpen = true;
    if (isObject(own(schema, "additionalProperties"))) step.isOpen = true;
  };
  for (const schema of schemas) visit(schema);
  if (step.named.size === 0 && step.items.length === 0) step.isOpen = true;
  return step;
}

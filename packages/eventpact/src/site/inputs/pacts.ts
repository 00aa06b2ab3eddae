import type { Json, JsonObject } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";

/** What one consumer expects of one kind of message of one producer: an interaction of a Pact file. */
export interface Interaction {
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
  /** `comments.references.AsyncAPI.operationId`, where it is given. */
  readonly operationId?: string;
  /** `comments.references.AsyncAPI.message`: the event version, where it is given. */
  readonly message?: string;
  readonly contents: Json;
  readonly file: string;
  /** Instance path (`data.items[].quantity`) → how it is matched, for every value the contents hold. */
  readonly reliance: ReadonlyMap<string, Matching>;
}

/** `exact` values must be equal; `type` any value of that type; `pattern` what a regular expression or format takes. */
export interface Matching {
  readonly kind: "exact" | "type" | "pattern" | "number" | "date";
  readonly detail?: string;
}

/** Reads the asynchronous messages of one Pact file (V3 `messages` or V4 `interactions`); anything else is left out. */
export function readPact(file: string, pact: Json): readonly Interaction[] {
  const consumer = ownString(own(pact, "consumer"), "name");
  const provider = ownString(own(pact, "provider"), "name");
  const listed = own(pact, "interactions") ?? own(pact, "messages");
  if (consumer === undefined || provider === undefined || !Array.isArray(listed)) return [];
  return (listed as readonly Json[]).filter(isMessage).map((interaction) => {
    const contents = contentsOf(interaction);
    const references = own(own(interaction, "comments"), "references");
    const operationId = ownString(own(references, "AsyncAPI"), "operationId");
    const message = ownString(own(references, "AsyncAPI"), "message");
    return {
      consumer,
      provider,
      description: ownString(interaction, "description") ?? "",
      ...(operationId === undefined ? {} : { operationId }),
      ...(message === undefined ? {} : { message }),
      contents,
      file,
      reliance: relianceOf(contents, rulesOf(interaction)),
    };
  });
}

function isMessage(interaction: Json): interaction is JsonObject {
  if (!isObject(interaction)) return false;
  const type = ownString(interaction, "type");
  return type === undefined || type.endsWith("Messages");
}

function contentsOf(interaction: JsonObject): Json {
  const contents = own(interaction, "contents") ?? null;
  const content = own(contents, "content");
  return content === undefined ? contents : content;
}

function rulesOf(interaction: JsonObject): JsonObject {
  const rules = own(own(interaction, "matchingRules"), "body") ?? own(own(interaction, "matchingRules"), "content");
  return isObject(rules) ? rules : {};
}

const MAX_PATHS = 2000;

function relianceOf(contents: Json, rules: JsonObject): ReadonlyMap<string, Matching> {
  const found = new Map<string, Matching>();
  const byPath = new Map(Object.entries(rules).map(([path, rule]) => [plainPath(path), matchingOf(rule)]));
  const visit = (value: Json, path: string, inherited: Matching | undefined): void => {
    if (found.size > MAX_PATHS) return;
    const mine = byPath.get(path);
    const matching = mine ?? inherited;
    if (path !== "") found.set(path, matching ?? { kind: "exact" });
    const passedOn = matching?.kind === "type" ? matching : undefined;
    if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item, `${path}[]`, passedOn);
    else if (isObject(value))
      for (const [name, item] of Object.entries(value)) visit(item, path === "" ? name : `${path}.${name}`, passedOn);
  };
  visit(contents, "", undefined);
  return found;
}

/** `$.data.items[*]['unit price']` → `data.items[].unit price`. */
function plainPath(path: string): string {
  return path
    .replace(/^\$\.?/, "")
    .replaceAll(/\[(?:\*|\d+)\]/g, "[]")
    .replaceAll(/\.?\['([^']*)'\]/g, ".$1")
    .replace(/^\./, "");
}

function matchingOf(rule: Json): Matching {
  const matchers = own(rule, "matchers");
  const first = Array.isArray(matchers) ? (matchers as readonly Json[])[0] : undefined;
  const match = ownString(first, "match") ?? "type";
  const detail = ownString(first, "regex") ?? ownString(first, "format");
  const kind = kindOf(match);
  return detail === undefined ? { kind } : { kind, detail };
}

function kindOf(match: string): Matching["kind"] {
  if (match === "regex") return "pattern";
  if (match === "equality") return "exact";
  if (match === "integer" || match === "decimal" || match === "number") return "number";
  return match === "date" || match === "time" || match === "timestamp" || match === "datetime" ? "date" : "type";
}

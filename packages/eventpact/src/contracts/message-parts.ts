import type { SchemaSide } from "../judge/judge.ts";
import { payloadSide, sideOf } from "../judge/sides.ts";
import type { BundledSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { isWrapped } from "./interaction-kind.ts";
import { jsonPath } from "./projection.ts";
import type { Subject } from "./subject.ts";

/** What a contract says of one part of a message, and the schema of that part. */
export interface MessagePart {
  readonly schema: BundledSchema;
  readonly side: SchemaSide;
  readonly contents: Json;
  readonly rules: JsonObject;
  /** Where it stands in the interaction: `/contents/content`. */
  readonly base: string;
  /** What people call a place in it: `$.data.total`, `the header tenant`. */
  readonly nameOf: (path: readonly string[]) => string;
}

/** The payload and the headers of a contract's message, where the documents have a schema for them. */
export function partsOf(subject: Subject): readonly MessagePart[] {
  const { event, interaction } = subject;
  const { payload, headers } = event;
  const parts: MessagePart[] = [];
  if (payload.kind === "json-schema" && interaction.opaque === undefined)
    parts.push({
      schema: payload,
      side: payloadSide(event, payload),
      contents: interaction.contents,
      rules: interaction.rules,
      // Specification 4 keeps the content one level deeper than 3.
      base: isWrapped(interaction.whole) ? "/contents/content" : "/contents",
      nameOf: jsonPath,
    });
  const asked = headersAsked(interaction.whole);
  if (headers !== undefined && asked !== undefined)
    parts.push({ schema: headers, side: sideOf(headers, []), ...asked, nameOf: headerName });
  return parts;
}

/** What people call a header that a contract asks for. */
export const headerName = (path: readonly string[]): string => `the header ${path.join(".")}`;

/** What an interaction asks of a message's headers; undefined where it asks nothing. `base`: where all metadata stand in it. */
export function headersAsked(
  whole: JsonObject,
): { readonly contents: JsonObject; readonly rules: JsonObject; readonly base: string } | undefined {
  const name = own(whole, "metadata") === undefined ? "metaData" : "metadata";
  const found = own(whole, name);
  const entries = isObject(found) ? Object.entries(found) : [];
  const contents = Object.fromEntries(entries.filter(([key]) => !NOT_HEADERS.has(key.toLowerCase())));
  if (Object.keys(contents).length === 0) return undefined;
  const rules = own(own(whole, "matchingRules"), "metadata");
  return { contents, rules: isObject(rules) ? rules : {}, base: `/${name}` };
}

/** What tools write into metadata that is no header of the message; held against something else, or against nothing. */
const NOT_HEADERS = new Set(
  "contenttype content-type key kafka_messagekey kafka_key topic kafka_topic partition".split(" "),
);

/** The record's key that a contract names in its metadata, and its place in the interaction. */
export function keyAsked(whole: JsonObject): { readonly pointer: string; readonly key: string } | undefined {
  const name = own(whole, "metadata") === undefined ? "metaData" : "metadata";
  const metadata = own(whole, name);
  const found = (isObject(metadata) ? Object.entries(metadata) : []).find(
    ([key, value]) => ["key", "kafka_messagekey", "kafka_key"].includes(key.toLowerCase()) && typeof value === "string",
  );
  return found === undefined ? undefined : { pointer: `/${name}/${found[0]}`, key: found[1] as string };
}

/** Whether the contract says more of a message's metadata than how its payload is written. */
export function asksOfMetadata(whole: JsonObject): boolean {
  const metadata = own(whole, "metadata") ?? own(whole, "metaData");
  const rules = own(own(whole, "matchingRules"), "metadata");
  const names = [metadata, rules].flatMap((one) => (isObject(one) ? Object.keys(one) : []));
  return names.some((name) => !/^content-?type$/i.test(name));
}

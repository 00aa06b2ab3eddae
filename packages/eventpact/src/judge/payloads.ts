import type { Judgement } from "@eventpact/compat";
import type { Json } from "../read/json.ts";
import { canonicalJson } from "../read/json.ts";
import type { SchemaJudge, SchemaSide } from "./judge.ts";

/** A message's payload as a side of a question, whatever language its schema is in. */
export type PayloadSide =
  | { readonly kind: "none" }
  | ({ readonly kind: "json-schema" } & SchemaSide)
  | { readonly kind: "opaque"; readonly format: string; readonly schema: Json };

/**
 * Whether a reader of one payload accepts all that is written as another. Who describes no payload asks nothing of it, and may
 * write anything. Two languages do not read each other; of a language that is not JSON Schema nothing is proved but that
 * the same text is the same.
 */
export function judgePayload(judge: SchemaJudge, writer: PayloadSide, reader: PayloadSide): Judgement {
  if (reader.kind === "none") return { verdict: "compatible", changes: [] };
  if (writer.kind === "none") return { ...unproved("Nothing says what is written."), changes: [] };
  if (writer.kind === "json-schema" && reader.kind === "json-schema") return judge.judge(writer, reader);
  const [from, to] = [languageOf(writer), languageOf(reader)];
  if (from !== to) return { verdict: "incompatible", note: `It is written as ${from} and read as ${to}.`, changes: [] };
  if (canonicalJson(writer.schema) === canonicalJson(reader.schema)) return { verdict: "compatible", changes: [] };
  return { ...unproved(`It changed, and ${from} cannot be judged here.`), changes: [] };
}

const unproved = (note: string): Pick<Judgement, "verdict" | "reason" | "note"> => ({
  verdict: "undecided",
  reason: "unsupported-keyword",
  note,
});

/** What people call the language of a payload. */
export function languageOf(payload: PayloadSide): string {
  if (payload.kind === "none") return "absent";
  return payload.kind === "opaque" ? payload.format : "JSON Schema";
}

import type { PolicyName, Schema } from "@eventpact/compat";
import { canonicalJson } from "../read/json.ts";
import type { Json } from "../read/json.ts";
import type { JsonSchema } from "../model/types.ts";
import { bareSchema } from "./bare-schema.ts";
import type { Memo } from "./emit.ts";
import type { EmitEvent, EmitTrouble } from "./input.ts";
import type { ValidatorSource } from "./validators.ts";

/** How an event is read that is not simply validated by its own schema. */
export interface ReaderModule {
  /** The code of a module that exports `validate` and, where something is filled in or skipped, `complete`. */
  readonly code: string;
  readonly completes: boolean;
}

type Made = { readonly source: ValidatorSource; readonly completes: boolean } | null;

/** Without any of these words a schema's reader is the schema, under any policy; saves loading the engine. */
const RELAXABLE = /"(?:oneOf|enum|default)":|"(?:additional|unevaluated)Properties":false/;

/**
 * The readers of events under a policy, by event: exactly what `diff` and `check` judge by. None for an event whose reader accepts
 * what its schema accepts, so that it is read by the validator that there is already.
 */
export async function readerModules(
  events: readonly EmitEvent[],
  stems: ReadonlyMap<string, string>,
  policy: PolicyName,
  memo: Memo,
  troubles: EmitTrouble[],
): Promise<ReadonlyMap<string, ReaderModule>> {
  const readers = new Map<string, ReaderModule>();
  for (const event of events) {
    const path = `events/${stems.get(event.key)}.reader`;
    const text = canonicalJson([path, policy, event.dialect, event.schema as Json]);
    if (policy === "strict" || !RELAXABLE.test(text)) continue;
    const made = JSON.parse(
      await memo("reader", text, async () => JSON.stringify(await make(event, path, policy))),
    ) as Made;
    if (made === null) continue;
    if (made.source.ok) readers.set(event.key, { code: made.source.code, completes: made.completes });
    else {
      const leavesOut = "no reader can be made of its payload schema";
      const message = `${JSON.stringify(event.key)} is left out: its reader cannot be compiled: ${made.source.message}.`;
      troubles.push({ code: "schema-compiles", severity: "error", event: event.key, message, leavesOut });
    }
  }
  return readers;
}

async function make({ schema, dialect }: EmitEvent, path: string, policy: PolicyName): Promise<Made> {
  const [{ readerOf }, { readerSource }] = await Promise.all([
    import("@eventpact/compat/reader"),
    import("./validators.ts"),
  ]);
  const reader = readerOf(schema as Schema, { dialect, policy });
  if (reader === undefined) return null;
  const bare = bareSchema(reader.schema as JsonSchema).schema;
  const tracks = /"unevaluated(?:Properties|Items)":/.test(JSON.stringify(bare));
  const module = { path, dialect, schema: bare, imports: new Map(), tracks };
  return { source: readerSource(module, reader.completion), completes: reader.completion !== undefined };
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { judgedByEngine } from "../corpus/engine.ts";
import { isPlain, meansTheSameIn2020 } from "./questions.ts";
import type { BenchPair } from "./questions.ts";
import type { JsonSchema } from "../corpus/pairs.ts";

export type Answer = "compatible" | "incompatible" | "undecided";

export interface Answers {
  readonly backward: Answer;
  readonly forward: Answer;
}

export type Ask = (pair: BenchPair) => Answers | Promise<Answers>;

/** A tool of the benchmark: which pairs it is asked, and how its documented API is loaded. */
export interface Tool {
  readonly name: string;
  /** The npm package; none for ours. */
  readonly package?: string;
  /** What counts as decided, and with which options it is asked, in words. */
  readonly note: string;
  readonly takes: (pair: BenchPair) => boolean;
  /** Loads the tool from the folder the peers are installed in. */
  readonly load: (folder: string) => Ask | Promise<Ask>;
}

const isDraft7 = (pair: BenchPair): boolean => pair.draft === "7" || pair.draft === "asyncapi";
const yesOrNo = (included: boolean): Answer => (included ? "compatible" : "incompatible");

/** The schema with the dialect spelt out the way jsoncompat wants it. */
function in2020(schema: JsonSchema): string {
  if (typeof schema === "boolean") return JSON.stringify(schema);
  return JSON.stringify({ ...schema, $schema: "https://json-schema.org/draft/2020-12/schema" });
}

function asyncapiDocument(payload: JsonSchema): object {
  return {
    asyncapi: "3.0.0",
    info: { title: "bench", version: "1.0.0" },
    channels: { events: { address: "events", messages: { event: { payload } } } },
  };
}

const eventpact: Tool = {
  name: "@eventpact/compat",
  note: "`compare`, default budget. Decided: `compatible` or `incompatible`.",
  takes: () => true,
  load: () => (pair) => {
    const { backward, forward } = judgedByEngine({ why: "", ...pair, backward: true, forward: true });
    return { backward: backward.verdict, forward: forward.verdict };
  },
};

const jsonSchemaDiff: Tool = {
  name: "json-schema-diff",
  package: "json-schema-diff",
  note: "`diffSchemas`: no removals is backward compatible, no additions forward. Draft 7 pairs only, its dialect. A thrown error is an error.",
  takes: (pair) => isPlain(pair) && isDraft7(pair),
  load: (folder) => {
    const { diffSchemas } = createRequire(join(folder, "x.js"))("json-schema-diff");
    return async (pair) => {
      const found = await diffSchemas({ sourceSchema: pair.old, destinationSchema: pair.new });
      return { backward: yesOrNo(!found.removalsFound), forward: yesOrNo(!found.additionsFound) };
    };
  },
};

const isJsonSchemaSubset: Tool = {
  name: "is-json-schema-subset",
  package: "is-json-schema-subset",
  note: "`isJsonSchemaSubset(old, new)`, and the reverse for forward. Draft 7 pairs only.",
  takes: (pair) => isPlain(pair) && isDraft7(pair),
  load: (folder) => {
    const loaded = createRequire(join(folder, "x.js"))("is-json-schema-subset");
    const isSubset = loaded.default ?? loaded;
    return async (pair) => ({
      backward: yesOrNo(await isSubset(pair.old, pair.new)),
      forward: yesOrNo(await isSubset(pair.new, pair.old)),
    });
  },
};

const jsonSchemaDiffValidator: Tool = {
  name: "json-schema-diff-validator",
  package: "json-schema-diff-validator",
  note: "`validateSchemaCompatibility(old, new)` with new enum values and new branches allowed, which readers of old data can take; swapped for forward. Its assertion is a break, any other error an error.",
  takes: isPlain,
  load: (folder) => {
    const { validateSchemaCompatibility } = createRequire(join(folder, "x.js"))("json-schema-diff-validator");
    const options = { allowNewOneOf: true, allowNewEnumValue: true, allowNewEnumValues: true };
    const ask = (older: JsonSchema, newer: JsonSchema): Answer => {
      try {
        validateSchemaCompatibility(older, newer, options);
        return "compatible";
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") return "incompatible";
        throw error;
      }
    };
    return (pair) => ({ backward: ask(pair.old, pair.new), forward: ask(pair.new, pair.old) });
  },
};

const jsoncompat: Tool = {
  name: "jsoncompat",
  package: "jsoncompat",
  note: "`check_compat` as `deserializer` (backward) and `serializer` (forward). It reads 2020-12, so only pairs that mean the same there. A thrown message is undecided.",
  takes: (pair) => isPlain(pair) && meansTheSameIn2020(pair),
  load: async (folder) => {
    const home = join(folder, "node_modules", "jsoncompat");
    const { initSync, check_compat: check } = await import(pathToFileURL(join(home, "jsoncompat_wasm.js")).href);
    initSync({ module: readFileSync(join(home, "jsoncompat_wasm_bg.wasm")) });
    const ask = (pair: BenchPair, role: string): Answer => {
      try {
        return yesOrNo(check(in2020(pair.old), in2020(pair.new), role));
      } catch (error) {
        if (typeof error === "string") return "undecided";
        throw error;
      }
    };
    return (pair) => ({ backward: ask(pair, "deserializer"), forward: ask(pair, "serializer") });
  },
};

const asyncapiDiff: Tool = {
  name: "@asyncapi/diff",
  package: "@asyncapi/diff",
  note: "`diff` of two AsyncAPI 3 documents with the schemas as payloads, swapped for forward: a breaking change is a break, an unclassified one undecided, else compatible. Draft 7 pairs only.",
  takes: (pair) => isPlain(pair) && isDraft7(pair),
  load: (folder) => {
    const { diff } = createRequire(join(folder, "x.js"))("@asyncapi/diff");
    const ask = (older: JsonSchema, newer: JsonSchema): Answer => {
      const found = diff(asyncapiDocument(older), asyncapiDocument(newer));
      if (found.breaking().length > 0) return "incompatible";
      return found.unclassified().length > 0 ? "undecided" : "compatible";
    };
    return (pair) => ({ backward: ask(pair.old, pair.new), forward: ask(pair.new, pair.old) });
  },
};

export const tools: readonly Tool[] = [
  eventpact,
  jsoncompat,
  jsonSchemaDiff,
  isJsonSchemaSubset,
  jsonSchemaDiffValidator,
  asyncapiDiff,
];

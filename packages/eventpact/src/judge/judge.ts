import { compare, includes, POLICIES } from "@eventpact/compat";
import type { Comparison, Judgement, Policy, PolicyName, Schema } from "@eventpact/compat";
import type { Memo } from "../cache/memo.ts";
import type { Dialect } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject } from "../read/json.ts";

/** A schema that stands alone, as one side of a question. */
export interface SchemaSide {
  readonly schema: Json;
  readonly dialect: Dialect;
  /** Names that were written under it although it does not declare them; they count by the policy `evidence`. */
  readonly writtenKeys?: readonly string[];
  /** What of it was not read, and why: nothing that rests on it is proved, and nothing refuted. Absent: all was read. */
  readonly unread?: readonly Gap[];
}

/** A part of a schema that was not read. */
export interface Gap {
  readonly what: string;
  readonly message: string;
}

/** What eventpact.yaml says of writers and readers (section `compatibility`). */
export interface JudgeSettings {
  readonly policy: PolicyName;
  /** Names that were written although no schema declares them. */
  readonly writtenKeys: readonly string[];
}

/**
 * Decides every question about two schemas, for every command and the site: nobody else calls the engine, so that nobody
 * can hold another policy, dialect or reading. Answers carry their notes and reasons; nobody drops them.
 */
export interface SchemaJudge {
  readonly settings: JudgeSettings;
  /** Whether the reader accepts all that is written by the writer's schema, under the policy. */
  readonly judge: (writer: SchemaSide, reader: SchemaSide) => Judgement;
  /**
   * Both directions of a change: `backward` is `judge(older, newer)`, `forward` is `judge(newer, older)`. `examples` decide
   * how witnesses look, and never a verdict.
   */
  readonly compare: (older: SchemaSide, newer: SchemaSide, examples?: readonly Json[]) => Comparison;
  /**
   * Whether all that is written by the schema satisfies what a contract asks. The policy says what is written; what is
   * asked is taken as it stands: a contract names what its consumer needs, so that nothing of it is skipped or filled.
   */
  readonly guarantees: (writer: SchemaSide, asks: Schema) => Judgement;
  /** Whether some valid instance of the schema satisfies `part`, too. A question of the schema alone: no policy speaks of it. */
  readonly admits: (schema: SchemaSide, part: Schema) => "yes" | "no" | "undecided";
}

/**
 * The judge for these settings. `memo` remembers answers about two schemas across runs (whoever makes it names the engine in its
 * key); of contracts whole answers are remembered by those who ask.
 */
export function judgeOf(settings: JudgeSettings, memo: Memo): SchemaJudge {
  const policy = POLICIES[settings.policy];
  const asked: Policy = { ...policy, reader: "asWritten", defaults: "ignore", enums: "closed" };
  const keysOf = (...sides: readonly SchemaSide[]): readonly string[] =>
    settings.policy === "evidence"
      ? [...new Set([...settings.writtenKeys, ...sides.flatMap(({ writtenKeys = [] }) => writtenKeys)])].toSorted()
      : [];
  const remembered = <T>(kind: string, input: Json, make: () => T): T =>
    memo.once(`judge-${kind}`, canonicalJson([settings.policy, input]), make);
  return {
    settings,
    judge(writer, reader) {
      const gap = gapIn(writer, reader);
      if (gap !== undefined) return undecided(gap, []);
      const writtenKeys = keysOf(writer, reader);
      return remembered("reads", [plain(writer), plain(reader), writtenKeys], () => {
        const [from, to] = alike(writer, reader, []);
        return includes(from.schema, to.schema, { ...from.options, policy, writtenKeys, confirm: true });
      });
    },
    compare(older, newer, examples = []) {
      const writtenKeys = keysOf(older, newer);
      return remembered("compares", [plain(older), plain(newer), writtenKeys, examples], () => {
        const [from, to] = alike(older, newer, examples);
        const found = compare(from.schema, to.schema, { ...from.options, policy, writtenKeys, confirm: true });
        const gap = gapIn(older, newer);
        if (gap === undefined) return found;
        const [backward, forward] = [undecided(gap, found.backward.changes), undecided(gap, found.forward.changes)];
        return { ...found, backward, forward };
      });
    },
    guarantees(writer, asks) {
      const gap = gapIn(writer);
      if (gap !== undefined) return undecided(gap, []);
      const writtenKeys = keysOf(writer);
      const { schema, dialect } = writer;
      return includes(schema as Schema, asks, { dialect, policy: asked, writtenKeys, confirm: true });
    },
    admits({ schema, dialect, unread = [] }, part) {
      if (unread.length > 0) return "undecided";
      const uri = "event:schema";
      const options = { dialect, policy: "strict", documents: { [uri]: schema as Schema } } as const;
      const { verdict } = includes(part, { not: { $ref: uri } }, options);
      return verdict === "incompatible" ? "yes" : verdict === "compatible" ? "no" : "undecided";
    },
  };
}

const plain = ({ schema, dialect, unread = [] }: SchemaSide): Json => [
  schema,
  dialect,
  ...unread.map(({ what }) => what),
];

function gapIn(...sides: readonly SchemaSide[]): string | undefined {
  const gaps = [...new Set(sides.flatMap(({ unread = [] }) => unread.map(({ message }) => message)))];
  if (gaps.length === 0) return undefined;
  return `It rests on what was not read: ${gaps.slice(0, 3).join(" ")}${gaps.length > 3 ? ` And ${gaps.length - 3} more.` : ""}`;
}

/** What is unread stands as "anything": what differs beside it is told, but breaks nobody for sure. */
function undecided(note: string, changes: Judgement["changes"]): Judgement {
  const told = changes.map((change) =>
    change.severity === "breaking" ? { ...change, severity: "warning" as const } : change,
  );
  return { verdict: "undecided", reason: "unresolved-reference", note, changes: told };
}

interface Prepared {
  readonly schema: Schema;
  readonly options: { readonly dialect?: Dialect };
}

/** Two schemas of different dialects each name their own. */
function alike(one: SchemaSide, other: SchemaSide, examples: readonly Json[]): readonly [Prepared, Prepared] {
  const isSame = one.dialect === other.dialect;
  const options = isSame ? { dialect: one.dialect } : {};
  const prepared = ({ schema, dialect }: SchemaSide): Prepared => {
    const shown = examples.length > 0 && isObject(schema) ? { ...schema, examples } : schema;
    const named = isSame || !isObject(shown) ? shown : { ...shown, $schema: metaSchemas[dialect] };
    return { schema: named as Schema, options };
  };
  return [prepared(one), prepared(other)];
}

const metaSchemas: Readonly<Record<Dialect, string>> = {
  "draft-07": "http://json-schema.org/draft-07/schema#",
  "2019-09": "https://json-schema.org/draft/2019-09/schema",
  "2020-12": "https://json-schema.org/draft/2020-12/schema",
};

// node packages/compat/bench/suite.ts <checkout of JSON-Schema-Test-Suite>
//
// The public test suite as food: every schema against itself (must be compatible) and against the other schemas of its
// file (a verdict `compatible` must not be contradicted by an instance of the suite). npm has the suite only as a pointer
// to its git repository (@json-schema-org/tests), so the path to a checkout is given.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judgedByEngine } from "../corpus/engine.ts";
import { judgeOf } from "../corpus/judge.ts";
import { questionsOf } from "../corpus/pairs.ts";
import type { Accepts } from "../corpus/judge.ts";
import type { Draft, JsonSchema, Pair } from "../corpus/pairs.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

/** A group with its validator; undefined where ajv cannot compile it or disagrees with the suite. */
interface Checked extends Group {
  readonly accepts: Accepts | undefined;
}

const drafts: { readonly [folder: string]: Draft } = {
  draft7: "7",
  "draft2019-09": "2019-09",
  "draft2020-12": "2020-12",
};

function pairOf(name: string, draft: Draft, older: JsonSchema, newer: JsonSchema): Pair {
  return { name, draft, old: older, new: newer, backward: true, forward: true, why: "" };
}

function checked(group: Group, draft: Draft): Checked {
  try {
    const accepts = judgeOf(questionsOf(pairOf(group.description, draft, group.schema, group.schema))[0]).writer;
    const agrees = group.tests.every(({ data, valid }) => accepts(data) === valid);
    return { ...group, accepts: agrees ? accepts : undefined };
  } catch {
    return { ...group, accepts: undefined };
  }
}

const counts = { self: 0, selfDecided: 0, siblings: 0, siblingsDecided: 0, slowest: 0 };
const faults: string[] = [];

function judge(name: string, draft: Draft, older: Group, newer: Group): ReturnType<typeof judgedByEngine> {
  const started = performance.now();
  const comparison = judgedByEngine(pairOf(name, draft, older.schema, newer.schema));
  counts.slowest = Math.max(counts.slowest, performance.now() - started);
  return comparison;
}

function againstItself(name: string, draft: Draft, group: Group): void {
  const { verdict, witness } = judge(name, draft, group, group).backward;
  counts.self += 1;
  if (verdict !== "undecided") counts.selfDecided += 1;
  if (verdict === "incompatible") faults.push(`${name} breaks itself: ${JSON.stringify(witness)}`);
}

function againstSibling(name: string, draft: Draft, older: Checked, newer: Checked): void {
  const { verdict } = judge(name, draft, older, newer).backward;
  counts.siblings += 1;
  if (verdict !== "undecided") counts.siblingsDecided += 1;
  if (verdict !== "compatible") return;
  for (const { data, valid } of [...older.tests, ...newer.tests]) {
    const written = older.tests.some((test) => test.data === data) ? valid : older.accepts?.(data) === true;
    const refused = newer.tests.some((test) => test.data === data) ? !valid : newer.accepts?.(data) === false;
    if (written && refused) faults.push(`${name} is called compatible, but: ${JSON.stringify(data)}`);
  }
}

function feed(folder: string, draft: Draft): void {
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".json"))) {
    const groups: Group[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const ready = groups.map((group) => checked(group, draft));
    for (const older of ready)
      for (const newer of ready) {
        const name = `${draft} ${file}: ${older.description}`;
        if (older === newer) againstItself(name, draft, older);
        else againstSibling(`${name} → ${newer.description}`, draft, older, newer);
      }
  }
}

const [checkout] = parseArgs({ allowPositionals: true }).positionals;
if (checkout === undefined) throw new Error("give the path to a checkout of json-schema-org/JSON-Schema-Test-Suite");
for (const [folder, draft] of Object.entries(drafts)) feed(join(checkout, "tests", folder), draft);
process.stdout.write(`${JSON.stringify(counts)}\n${faults.length} faults\n${faults.join("\n")}\n`);
if (faults.length > 0) process.exitCode = 1;

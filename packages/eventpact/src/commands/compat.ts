import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { compare, POLICIES } from "@eventpact/compat";
import type { CompareOptions, Direction, PolicyName } from "@eventpact/compat";
import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version } from "../command-line/version.ts";
import { dialectNamed, draftNames } from "../compat/dialects.ts";
import { judgePairs } from "../compat/pairs.ts";
import { renderCompatJson, renderCompatText } from "../compat/render.ts";
import { compatResult } from "../compat/result.ts";
import { readSchemaFile } from "../compat/schema-file.ts";
import { paintFor } from "../compat/terminal.ts";

export const summary = "Compare two schemas: compatible, breaking with a witness, or undecided";

export const usage = `
Usage: eventpact compat <old> <new> [flags]
       eventpact compat --pairs <file | -> --format json [flags]

Says of two JSON Schemas (JSON or YAML; event.yaml#/payload names a schema inside of a file), in both directions: compatible
(proved), incompatible (with an instance that one accepts and the other refuses), or undecided (with the reason).

  --direction <which>   backward (new readers, old data), forward (old readers, new data) or full (default: full)
  --policy <name>       ${Object.keys(POLICIES).join(", ")} (default: strict, plain inclusion)
  --draft <draft>       ${draftNames.join(", ")} (default: each schema's $schema, else 7)
  --formats <how>       assertion: "format" refuses values; annotation: it only describes (default: assertion)
  --format <format>     text or json (default: text)
  --pairs <file | ->    many pairs, one JSON object a line: {"name", "old", "new", "draft"?, "documents"?}; documents
                        has what "$ref" names, by its address, absolute or as it is written. Answers with one line each, in
                        order: {"name", "backward": {"verdict", "witness"?, "rejection"?, "reason"?, "note"?}, "forward": {…},
                        "micros"}, or {"name", "line", "error"} for a line that cannot be judged; the next line follows all the same
  --no-color            no colours

Exit codes: 0 compatible in the direction asked for (all pairs judged) · 1 incompatible or undecided (a line of --pairs was no
pair) · 2 wrong usage, or a file that is no schema
`;

export const options = {
  direction: { type: "string" },
  policy: { type: "string" },
  draft: { type: "string" },
  formats: { type: "string" },
  format: { type: "string" },
  pairs: { type: "string" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const pairs = text("pairs");
  const format = choice("format", text("format") ?? (pairs === undefined ? "text" : "json"), ["text", "json"]);
  const direction = choice("direction", text("direction") ?? "full", ["backward", "forward", "full"]);
  const settings = compareOptions(text);
  if (pairs !== undefined) {
    if (positionals.length > 0) throw new UsageError("Either two schemas or --pairs, please.");
    if (format === "text") throw new UsageError("--pairs answers in JSON Lines only: --format json.");
    return runPairs(pairs, settings, io);
  }
  const [oldPath, newPath] = positionals;
  if (oldPath === undefined || newPath === undefined || positionals.length > 2)
    throw new UsageError(
      `Two schemas are compared, but ${positionals.length} ${positionals.length === 1 ? "was" : "were"} given.`,
      "Like this: eventpact compat old.json new.json",
    );
  const older = await readSchemaFile(io.cwd, oldPath);
  const newer = await readSchemaFile(io.cwd, newPath);
  const known = settings.dialect ?? (older.dialect && newer.dialect === older.dialect ? older.dialect : undefined);
  const comparison = compare(older.schema, newer.schema, {
    ...settings,
    confirm: true,
    ...(known ? { dialect: known } : {}),
  });
  const asked: readonly Direction[] = direction === "full" ? ["backward", "forward"] : [direction];
  const result = compatResult(comparison, { older: oldPath, newer: newPath }, { older, newer }, asked);
  io.stdout.write(
    format === "json" ? renderCompatJson(result, version()) : renderCompatText(result, paintFor(values, io)),
  );
  return asked.every((one) => comparison[one].verdict === "compatible") ? 0 : 1;
}

function compareOptions(text: (name: string) => string | undefined): CompareOptions {
  const draft = text("draft");
  const dialect = draft === undefined ? undefined : dialectNamed(draft);
  if (draft !== undefined && dialect === undefined)
    throw new UsageError(`--draft is one of ${draftNames.join(", ")}; not "${draft}".`);
  return {
    policy: choice("policy", text("policy") ?? "strict", Object.keys(POLICIES) as PolicyName[]),
    formats: choice("formats", text("formats") ?? "assertion", ["assertion", "annotation"]),
    ...(dialect ? { dialect } : {}),
  };
}

async function runPairs(path: string, settings: CompareOptions, io: Io): Promise<ExitCode> {
  let faults = 0;
  let answers = 0;
  for await (const answer of judgePairs(path === "-" ? process.stdin : openPairs(path, io.cwd), settings)) {
    answers += 1;
    if ("error" in answer) faults += 1;
    io.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  if (answers === 0) throw new UsageError(`There is no pair in ${path === "-" ? "the input" : path}.`);
  return faults > 0 ? 1 : 0;
}

function openPairs(path: string, cwd: string): AsyncIterable<Uint8Array> {
  const absolute = resolve(cwd, path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`There is no file ${path}.`);
  if (stat.isDirectory()) throw new UsageError(`${path} is a folder; --pairs reads one file of JSON Lines.`);
  return createReadStream(absolute);
}

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a reader does with one block of a document: writes a file, or types a command and reads what it prints. */
export type Step =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "command"; readonly command: string; readonly expected: readonly string[]; readonly exit: number };

/**
 * The steps of a Markdown document, in order. A fenced block whose first line is a comment with a path
 * (`// src/orders.js`, `# eventpact.yaml`, `-- 001.sql`) is a file; in a `console` block every `$ ` begins a command, and the lines below
 * it are what it prints: in this order, with `…` for anything, other lines between them; `[exit 1]` says how it ends.
 */
export function stepsOf(markdown: string): readonly Step[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, language = "", text = ""]) => {
    if (language === "console") return commandsOf(text);
    const path = /^(?:\/\/|#|--) (\S+\.\w+)\n/.exec(text)?.[1];
    return path === undefined ? [] : [{ kind: "file" as const, path, text }];
  });
}

function commandsOf(block: string): readonly Step[] {
  return block.split(/^\$ /m).flatMap((part) => {
    const [command = "", ...printed] = part.trimEnd().split("\n");
    if (command === "") return [];
    const exit = /^\[exit (\d+)\]$/.exec(printed.at(-1) ?? "")?.[1];
    const expected = exit === undefined ? printed : printed.slice(0, -1);
    return [{ kind: "command" as const, command, expected, exit: Number(exit ?? 0) }];
  });
}

/** Does one step in `folder`. Throws with the whole output when a command ends or prints otherwise than the document says. */
export function follow(step: Step, folder: string, env: NodeJS.ProcessEnv): void {
  if (step.kind === "file") {
    const file = join(folder, step.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.text);
    return;
  }
  const run = spawnSync("bash", ["-c", step.command], { cwd: folder, env, encoding: "utf8", timeout: 300_000 });
  const printed = `${run.stdout}${run.stderr}`;
  const missing = firstMissing(step.expected, printed);
  if (run.status === step.exit && missing === undefined) return;
  const trouble =
    missing === undefined ? `ended with ${run.status} instead of ${step.exit}` : `did not print "${missing}"`;
  throw new Error(`$ ${step.command}\n${trouble}; it printed:\n${printed}`);
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function firstMissing(expected: readonly string[], printed: string): string | undefined {
  const lines = printed.split("\n");
  let from = 0;
  for (const line of expected) {
    const pattern = new RegExp(line.trimEnd().split("…").map(literal).join(".*"));
    const found = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate));
    if (found === -1) return line;
    from = line.trim() === "…" ? from : found + 1;
  }
  return undefined;
}

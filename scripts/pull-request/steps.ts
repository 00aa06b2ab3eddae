import { join } from "node:path";
import { main as eventpact } from "eventpact/cli";
import { recordFiles } from "../../packages/eventpact/src/deploy/files.ts";
import type { Step } from "./report.ts";

interface Said {
  readonly exitCode: number;
  readonly output: string;
}

async function said(root: string, ...args: readonly string[]): Promise<Said> {
  let output = "";
  const stream = { write: (text: string) => void (output += text), isTerminal: false };
  const env = { ...process.env, NO_COLOR: "1" };
  const exitCode = await eventpact(args, { cwd: root, env, stdout: stream, stderr: stream, now: () => new Date() });
  return { exitCode, output };
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";
const firstLine = (text: string): string => text.trimStart().split("\n")[0] ?? "";

/**
 * Everything that must hold of events and contracts before a change is merged, in order: documents, generated code, contracts
 * against the code, what changed and whom it hits, the way to every environment. Each step is asked although an earlier
 * one failed. `annotate` hears GitHub's annotations, at the line.
 */
export async function gate(root: string, against: string, annotate: (lines: string) => void): Promise<readonly Step[]> {
  return [
    await findings(root, "Documents", ["check"], annotate),
    await plainStep(root, "Generated code", ["generate", "--check"]),
    await findings(root, "Contracts", ["verify"], annotate),
    await changes(root, against),
    ...(await roads(root)),
  ];
}

/** A command that finds something at lines: once for the annotations, once (from its cache) for people. */
async function findings(
  root: string,
  title: string,
  command: readonly string[],
  annotate: (lines: string) => void,
): Promise<Step> {
  annotate((await said(root, ...command, "--format", "github")).output);
  return plainStep(root, title, command);
}

async function plainStep(root: string, title: string, command: readonly string[]): Promise<Step> {
  const { exitCode, output } = await said(root, ...command);
  return {
    title,
    ok: exitCode === 0 ? "yes" : "no",
    summary: lastLine(output),
    ...(exitCode === 0 ? {} : { text: output }),
  };
}

async function changes(root: string, against: string): Promise<Step> {
  const words = ["diff", "--against", against, "--merge-base"];
  const { exitCode, output } = await said(root, ...words);
  const title = "What changed, and for whom";
  const ok = exitCode === 0 ? "yes" : "no";
  if (exitCode === 2) return { title, ok, summary: firstLine(output), text: output };
  const { output: markdown } = await said(root, ...words, "--format", "markdown");
  return { title, ok, summary: lastLine(output), markdown: markdown.trim() };
}

/** May it go to each environment, in some order? */
function roads(root: string): Promise<readonly Step[]> {
  const names = recordFiles(join(root, "contracts"), "contracts").names();
  return Promise.all(
    names.map(async (name): Promise<Step> => {
      const { exitCode, output } = await said(root, "can-i-deploy", "--dry-run-change", "--to", name);
      const ok = exitCode === 0 ? "yes" : exitCode === 3 ? "unknown" : "no";
      return { title: `The way to ${name}`, ok, summary: firstLine(output), text: output };
    }),
  );
}

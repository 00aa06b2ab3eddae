import { fork } from "node:child_process";
import { join } from "node:path";
import type { ChildProcess } from "node:child_process";
import type { Answer, Tool } from "./tools.ts";
import type { BenchPair } from "./questions.ts";

/** What came of one pair: answers, an error the tool threw, or the end of its process. */
export type Outcome =
  | { readonly kind: "answered"; readonly backward: Answer; readonly forward: Answer; readonly milliseconds: number }
  | { readonly kind: "error" | "crash" | "hang"; readonly message: string };

const limits = ["--max-old-space-size=1024", "--no-warnings"];

async function started(tool: Tool): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "worker.ts"), [tool.name], { execArgv: limits, silent: true });
  await next(child, 30_000);
  return child;
}

/** The next message of a child; rejects with `crash` or `hang`. */
function next(child: ChildProcess, timeout: number): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      act();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(message as Record<string, unknown>));
    const onExit = (code: number | null): void => settle(() => reject(new Error(`crash: exit ${code}`)));
    const timer = setTimeout(() => settle(() => reject(new Error(`hang: over ${timeout} ms`))), timeout);
    child.once("message", onMessage);
    child.once("exit", onExit);
  });
}

/** Asks a tool every pair, one after the other; a process that hangs or dies is replaced. */
export async function askAll(tool: Tool, pairs: readonly BenchPair[], timeout: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let child = await started(tool);
  for (const pair of pairs) {
    child.send(pair);
    try {
      const { error, backward, forward, milliseconds } = await next(child, timeout);
      outcomes.push(
        error === undefined
          ? {
              kind: "answered",
              backward: backward as Answer,
              forward: forward as Answer,
              milliseconds: Number(milliseconds),
            }
          : { kind: "error", message: String(error) },
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcomes.push({ kind: message.startsWith("hang") ? "hang" : "crash", message });
      child.kill("SIGKILL");
      child = await started(tool);
    }
  }
  child.kill();
  return outcomes;
}

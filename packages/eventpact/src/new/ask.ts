import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "../command-line/command.ts";

/** One thing that a `new` command needs to know. */
export interface Question {
  /** The flag that answers it: `summary`. */
  readonly flag: string;
  readonly text: string;
  readonly fallback?: string;
}

export interface Conversation {
  ask(question: Question): Promise<string>;
  close(): void;
}

/**
 * Asks people. An empty answer takes the fallback, or is asked for again where there is none. Lines that come before
 * they are asked for (typed ahead, or pasted) are kept.
 */
export function conversation(input: Readable, output: Writable): Conversation {
  const lines = createInterface({ input, output });
  const early: string[] = [];
  let isOver = false;
  let waiting: { answer: (line: string) => void; end: () => void } | undefined;
  lines.on("line", (line) => (waiting ? waiting.answer(line) : early.push(line)));
  lines.once("close", () => {
    isOver = true;
    waiting?.end();
  });
  const nextLine = (): Promise<string> => {
    const line = early.shift();
    if (line !== undefined) return Promise.resolve(line);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const end = (): void => reject(new UsageError("Nothing was written: the conversation ended early."));
    if (isOver) end();
    else waiting = { answer: resolve, end };
    return promise.finally(() => (waiting = undefined));
  };
  return {
    async ask({ text, fallback }) {
      for (;;) {
        lines.setPrompt(`${text}${fallback === undefined || fallback === "" ? "" : ` (${fallback})`} `);
        if (!isOver) lines.prompt();
        const answer = (await nextLine()).trim() || (fallback ?? "");
        if (answer !== "" || fallback !== undefined) return answer;
        output.write("  An answer is needed.\n");
      }
    },
    close: () => lines.close(),
  };
}

/** Where nobody can be asked: takes fallbacks, and says which flag is missing. */
export function silence(): Conversation {
  return {
    async ask({ flag, text, fallback }) {
      if (fallback !== undefined) return fallback;
      throw new UsageError(
        `Missing: ${text}`,
        flag === "name" ? "It comes after the kind: eventpact new <kind> <name>." : `Answer with --${flag}.`,
      );
    },
    close: () => undefined,
  };
}

import type { ParseArgsOptionsConfig } from "node:util";

/** 0: clean. 1: findings. 2: wrong usage, nothing to look at, or the tool itself broke. 3: not known (can-i-deploy). */
export type ExitCode = 0 | 1 | 2 | 3;

/** The world outside as a command sees it; a test gives its own. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly now: () => Date;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}

export interface CommandArguments {
  /** By the names in `options`; a flag that was not given is absent. */
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** One verb of the command line: what a module under src/commands/ exports. Modules import what is heavy inside `run`. */
export interface Command {
  /** One line for `eventpact --help`. */
  readonly summary: string;
  /** What `eventpact <verb> --help` prints. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  run(args: CommandArguments, io: Io): Promise<ExitCode>;
}

/** The caller's mistake: printed without a stack, exit code 2. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

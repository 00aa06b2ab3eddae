import { relative, resolve } from "node:path";
import { parseArguments } from "./command-line/arguments.ts";
import type { ExitCode, Io } from "./command-line/command.ts";
import { UsageError } from "./command-line/command.ts";
import { processIo } from "./command-line/process-io.ts";
import { availableCommands, loadCommand } from "./command-line/table.ts";
import { version } from "./command-line/version.ts";

/** Runs one command line (without node and script) and answers its exit code. Never throws, never exits. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`eventpact: ${error.message}\n${error.hint ? `${error.hint}\n` : ""}`);
      return 2;
    }
    const faults = await settingsFaults(error, io);
    if (faults !== undefined) {
      io.stderr.write(faults);
      return 2;
    }
    const detail = error instanceof Error ? (io.env["DEBUG"] ? error.stack : error.message) : String(error);
    io.stderr.write(
      `eventpact broke: ${detail}\nThis is a fault of the tool, not of your files. DEBUG=1 shows where.\n`,
    );
    return 2;
  }
}

/** What is wrong in eventpact.yaml, as findings; undefined for an error of another kind. */
async function settingsFaults(error: unknown, io: Io): Promise<string | undefined> {
  const { BrokenSettings } = await import("./config/broken-settings.ts");
  if (!(error instanceof BrokenSettings)) return undefined;
  const { renderFinding } = await import("./report/text.ts");
  const shown = error.faults.map((fault) => {
    const file = relative(io.cwd, resolve(error.root, fault.file));
    return renderFinding({ ...fault, file }, () => error.text.split(/\r\n|\r|\n/));
  });
  return `${shown.join("\n")}\n`;
}

async function dispatch(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr.write(help());
    return 2;
  }
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    io.stdout.write(help());
    return 0;
  }
  if (name === "--version" || name === "-v") {
    io.stdout.write(`${version()}\n`);
    return 0;
  }
  const wanted = name === "help" ? (rest[0] ?? "") : name;
  const commands = availableCommands().map((row) => row.name);
  if (!commands.includes(wanted)) {
    const { didYouMean } = await import("./diagnostics/suggest.ts");
    const hint = didYouMean(wanted, commands) ?? `There are: ${commands.join(", ")}.`;
    throw new UsageError(
      wanted.startsWith("-") ? `There is no flag ${wanted}.` : `There is no command "${wanted}".`,
      hint,
    );
  }
  const command = await loadCommand(wanted);
  const parsed = parseArguments(command.options, name === "help" ? [] : rest);
  if (name === "help" || parsed.values["help"] === true) {
    io.stdout.write(`${command.usage.trim()}\n`);
    return 0;
  }
  return command.run(parsed, io);
}

function help(): string {
  const rows = availableCommands();
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  return `eventpact: event schemas with contracts that are proved before anything is deployed

Usage: eventpact <command> [flags]

${rows.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join("\n")}

  eventpact <command> --help   what a command does and takes
  eventpact --version          the version

Exit codes: 0 clean · 1 findings · 2 wrong usage, or the tool broke
`;
}

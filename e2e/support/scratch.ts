import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "eventpact/cli";

const root = join(import.meta.dirname, "..", "..");

export interface Told {
  readonly exitCode: number;
  readonly output: string;
}

/** A repository of its own with everything that this one has, committed; its packages are links to the installed ones. */
export interface Scratch {
  readonly path: string;
  /** Runs a command of the toolchain there, on a day. */
  eventpact(day: Date, ...words: readonly string[]): Promise<Told>;
  /** Runs a script of the repository there. */
  script(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Told>;
  git(...words: readonly string[]): string;
  /** Replaces text in a file; throws where the text is not. */
  edit(file: string, ...replacements: readonly (readonly [string, string])[]): void;
  read(file: string): string;
  remove(): void;
}

/** Nothing of the tests that run here reaches those that run there. */
const cleanEnv = (): NodeJS.ProcessEnv => {
  const kept = { ...process.env };
  for (const name of Object.keys(kept))
    if (/^(SUITE|NODE_OPTIONS|CONTRACTS_RECORD|JEST_.*|EVENTPACT_.*|PACT_BROKER_.*)$/.test(name)) delete kept[name];
  return { ...kept, PACT_DO_NOT_TRACK: "true", NO_COLOR: "1" };
};

/** Makes one from the files as they are here, tracked or not. */
export function scratchRepository(): Scratch {
  const path = mkdtempSync(join(tmpdir(), "eventpact-scratch-"));
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=author", "-c", "user.email=author@example.com", ...words], {
      cwd: path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  copyFiles(path);
  linkPackages(path);
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=As it is");
  const env = cleanEnv();
  return {
    path,
    git,
    async eventpact(day, ...words) {
      let output = "";
      const stream = { write: (text: string) => void (output += text), isTerminal: false };
      const exitCode = await main(words, { cwd: path, env, stdout: stream, stderr: stream, now: () => day });
      return { exitCode, output };
    },
    async script(more, ...words) {
      const child = spawn(process.execPath, [join(path, "scripts", "run.js"), ...words], {
        cwd: path,
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => void (output += chunk.toString()));
      const [exitCode] = (await once(child, "close")) as [number | null];
      return { exitCode: exitCode ?? -1, output };
    },
    edit(file, ...replacements) {
      let text = readFileSync(join(path, file), "utf8");
      for (const [from, to] of replacements) {
        if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
        text = text.replaceAll(from, to);
      }
      writeFileSync(join(path, file), text);
    },
    read: (file) => readFileSync(join(path, file), "utf8"),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function copyFiles(path: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((one) => one !== "" && existsSync(join(root, one)))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    copyFileSync(join(root, file), join(path, file));
  }
}

/** Links of the workspace stay what they are, relative, so that they lead to the copy; everything else is shared. */
function linkPackages(path: string): void {
  const from = join(root, "node_modules");
  const to = join(path, "node_modules");
  const link = (name: string): void => {
    const source = join(from, name);
    const isWorkspace = lstatSync(source).isSymbolicLink();
    symlinkSync(isWorkspace ? readlinkSync(source) : source, join(to, name));
  };
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === ".cache") continue;
    if (name.startsWith("@")) {
      mkdirSync(join(to, name));
      for (const inner of readdirSync(join(from, name))) link(join(name, inner));
    } else link(name);
  }
}

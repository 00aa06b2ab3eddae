import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "../read/json.ts";
import type { Answer, Question } from "./answer.ts";
import { readAnswer } from "./answer.ts";
import { watching } from "./loaded.ts";
import type { ProviderSettings } from "../config/settings.ts";

/** An interaction to ask a producer's code about, as its contract says it. */
export interface AskedInteraction extends Question {
  readonly whole: JsonObject;
  readonly specification: string;
}

/** How a run of a producer's verification ended. */
export interface ProviderRun extends Answer {
  /** It could not be started, or did not end. */
  readonly broke?: string;
  /** The last lines that it wrote. */
  readonly tail: string;
  /** Variables of the environment that would have narrowed what is asked; they were not passed on. */
  readonly withheld: readonly string[];
}

/**
 * Runs a producer's verification for some interactions, no two of one consumer by the same name. The command finds in its
 * environment: EVENTPACT_PROVIDER, its name; EVENTPACT_PACTS, the Pact files to verify, one a line; EVENTPACT_RUN, the
 * name of this run; EVENTPACT_RESULT, the file for its answer: `{ run, interactions: [{ id, consumer, description, states, ok,
 * mismatches }], messages: [{ event, state, payload, headers }] }`. An interaction's `id` stands in its Pact file as `key`.
 * `loads`: a folder for what its Node processes load.
 */
export async function runProvider(
  root: string,
  provider: string,
  settings: ProviderSettings,
  { asked, known }: { readonly asked: readonly AskedInteraction[]; readonly known: readonly AskedInteraction[] },
  env: Readonly<Record<string, string | undefined>>,
  loads: string,
): Promise<ProviderRun> {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-verify-"));
  try {
    const files = pactsOf(provider, asked).map((pact, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, JSON.stringify(pact));
      return file;
    });
    const [result, run] = [join(folder, "result"), randomUUID()];
    mkdirSync(loads, { recursive: true });
    const { passed, withheld } = withoutFilters(env);
    const told = {
      EVENTPACT_PROVIDER: provider,
      EVENTPACT_PACTS: files.join("\n"),
      EVENTPACT_RESULT: result,
      EVENTPACT_RUN: run,
    };
    const ended = await runCommand(root, settings, { ...passed, ...told, ...watching(loads, passed) });
    const tail = tailOf(ended.output);
    if ("broke" in ended) return { answered: [], messages: [], faults: [], broke: ended.broke, tail, withheld };
    return { ...readAnswer(result, run, { asked, known }, ended), tail, withheld };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One Pact file per consumer and specification. What is pending is asked as strictly as all else: what that means is decided later. */
function pactsOf(provider: string, asked: readonly AskedInteraction[]): readonly Json[] {
  const groups = Map.groupBy(asked, ({ consumer, specification }) => JSON.stringify([consumer, specification]));
  return [...groups.values()].map((group) => {
    const { consumer, specification } = group[0] as AskedInteraction;
    const isOld = /^[123](?:\.|$)/.test(specification);
    const interactions = group.map(({ whole: { pending: _pending, ...rest }, id }) => ({ ...rest, key: id }));
    return {
      consumer: { name: consumer },
      provider: { name: provider },
      [isOld ? "messages" : "interactions"]: interactions,
      metadata: { pactSpecification: { version: specification || "4.0" } },
    };
  });
}

/** By these, verifiers of Pact leave out interactions: what they leave out would be verified by nobody. */
const filters = /^PACT_(?:DESCRIPTION|PROVIDER_STATE|PROVIDER_NO_STATE|CONSUMER_FILTER|INTERACTION_ID|.*FILTER.*)$/i;

function withoutFilters(env: Readonly<Record<string, string | undefined>>): {
  readonly passed: Readonly<Record<string, string | undefined>>;
  readonly withheld: readonly string[];
} {
  const withheld = Object.keys(env).filter((name) => filters.test(name) && env[name] !== undefined);
  return { passed: Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.includes(name))), withheld };
}

type Ended = { readonly output: string } & ({ readonly exitCode: number } | { readonly broke: string });

function runCommand(
  root: string,
  { command, timeoutSeconds }: ProviderSettings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const [program = "", ...words] = command;
  return new Promise((resolve) => {
    // A group of its own, so that what the command started ends with it.
    const child = spawn(program, words, {
      cwd: root,
      env,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString("utf8")).slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = setTimeout(() => {
      end(child.pid);
      resolve({ broke: `${command.join(" ")} did not end within ${timeoutSeconds} s`, output });
    }, timeoutSeconds * 1000);
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ broke: `${command.join(" ")} could not be started: ${error.message}`, output });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It ended by itself in this moment.
  }
}

const MOST_LINES = 20;
const MOST_LETTERS = 4_000;

function tailOf(output: string): string {
  return output.trim().split("\n").slice(-MOST_LINES).join("\n").slice(-MOST_LETTERS);
}

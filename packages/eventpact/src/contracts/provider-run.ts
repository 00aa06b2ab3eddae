import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import type { FailedInteraction, RecordedMismatch } from "./records.ts";
import type { ProviderSettings } from "../config/settings.ts";

/** A contract that is to be held against a producer's code: who asks, and the Pact file to ask with. */
export interface Asked {
  readonly consumer: string;
  readonly pact: Json;
  readonly descriptions: readonly string[];
}

/** What a producer's verification said. */
export type ProviderAnswer =
  | {
      readonly ok: true;
      readonly failed: ReadonlyMap<string, readonly FailedInteraction[]>;
      readonly messages: readonly SaidMessage[] | undefined;
    }
  | { readonly ok: false; readonly why: string };

/** A message that came out of the producer's code. */
export interface SaidMessage {
  readonly event: string;
  readonly payload: Json;
  readonly headers?: Json;
}

const MOST_BYTES = 50_000_000;

/**
 * Runs a producer's verification. The command finds in its environment: EVENTPACT_PROVIDER, its name; EVENTPACT_PACTS, the
 * Pact files to verify, one a line; EVENTPACT_RESULT, a file for what it found. There it writes
 * `{ interactions: [{ consumer, description, ok, mismatches }], messages: [{ event, payload, headers }] }`, or what Pact's
 * own verifier rejects with (`{ interactionResults: … }`). A command that writes nothing is believed by its exit code.
 */
export async function runProvider(
  root: string,
  provider: string,
  settings: ProviderSettings,
  asked: readonly Asked[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProviderAnswer> {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-verify-"));
  try {
    const files = asked.map(({ pact }, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, JSON.stringify(pact));
      return file;
    });
    const result = join(folder, "result");
    const told = { EVENTPACT_PROVIDER: provider, EVENTPACT_PACTS: files.join("\n"), EVENTPACT_RESULT: result };
    const ended = await runCommand(root, settings, { ...env, ...told });
    if ("broke" in ended) return { ok: false, why: ended.broke };
    return answerOf(readResult(result), asked, ended);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ended = { readonly exitCode: number; readonly output: string } | { readonly broke: string };

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
      resolve({ broke: `${command.join(" ")} did not end within ${timeoutSeconds} s` });
    }, timeoutSeconds * 1000);
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ broke: `${command.join(" ")} could not be started: ${error.message}` });
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

function readResult(file: string): Json | undefined {
  try {
    return statSync(file).size > MOST_BYTES ? undefined : (JSON.parse(readFileSync(file, "utf8")) as Json);
  } catch {
    return undefined;
  }
}

function answerOf(
  result: Json | undefined,
  asked: readonly Asked[],
  { exitCode, output }: { exitCode: number; output: string },
): ProviderAnswer {
  const listed = own(result, "interactions") ?? own(result, "interactionResults");
  if (!isObject(result) || !Array.isArray(listed)) {
    if (exitCode === 0) return { ok: true, failed: new Map(), messages: undefined };
    return { ok: false, why: `it ended with exit code ${exitCode} and told nothing${lastLines(output)}` };
  }
  const rows = listed as readonly Json[];
  const failed = new Map<string, readonly FailedInteraction[]>();
  for (const { consumer, descriptions } of asked) {
    const mine = rows.filter((row) => ownString(row, "consumer") === consumer);
    const missing = descriptions.filter(
      (description) => !mine.some((row) => ownString(row, "description") === description),
    );
    if (missing.length > 0 && own(result, "interactionResults") === undefined)
      return {
        ok: false,
        why: `it says nothing of ${missing.join(", ")} for ${consumer}${exitCode === 0 ? "" : lastLines(output)}`,
      };
    failed.set(
      consumer,
      mine
        .filter((row) => own(row, "ok") === false || !["OK", undefined].includes(ownString(row, "result")))
        .map(failureOf),
    );
  }
  const isSilent = exitCode !== 0 && [...failed.values()].every((list) => list.length === 0);
  if (isSilent)
    return { ok: false, why: `it ended with exit code ${exitCode} although every contract held${lastLines(output)}` };
  return { ok: true, failed, messages: messagesOf(own(result, "messages")) };
}

const lastLines = (output: string): string => {
  const lines = output.trim().split("\n").slice(-12).join("\n");
  return lines === "" ? "" : `:\n${lines}`;
};

function failureOf(row: Json): FailedInteraction {
  const raw = own(row, "mismatches") ?? own(own(row, "mismatch"), "mismatches");
  const mismatches = Array.isArray(raw) ? (raw as readonly Json[]).map(mismatchOf) : [];
  const states = own(row, "states");
  const why = ownString(own(row, "mismatch"), "message") ?? "It says no more.";
  return {
    description: ownString(row, "description") ?? "",
    ...(Array.isArray(states) && states.length > 0 ? { states: (states as readonly Json[]).map(String) } : {}),
    mismatches: mismatches.length > 0 ? mismatches : [{ message: why }],
  };
}

function mismatchOf(raw: Json): RecordedMismatch {
  const [path, expected, actual] = ["path", "expected", "actual"].map((key) => ownString(raw, key));
  return {
    ...(path === undefined ? {} : { path }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    message: ownString(raw, "message") ?? ownString(raw, "mismatch") ?? "It does not match.",
  };
}

function messagesOf(value: Json | undefined): readonly SaidMessage[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly Json[]).flatMap((one) => {
    const [event, payload, headers] = [ownString(one, "event"), own(one, "payload"), own(one, "headers")];
    return event === undefined || payload === undefined
      ? []
      : [{ event, payload, ...(headers === undefined ? {} : { headers }) }];
  });
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEnvironment, startHost, type Host } from "@eventpact/host";
import { answered, failingService, until } from "../../packages/host/test/support/failing-service.ts";
import { seedDataDir } from "../../packages/messaging/test/support/embedded.ts";
import type { Letter } from "../dead-letters/client.ts";
import { CommandError } from "../dead-letters/client.ts";
import { run } from "../dead-letters/command.ts";

let host: Host;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dead-letters-"));
  await seedDataDir(join(folder, "data"));
  const environment = readEnvironment({ LOG_LEVEL: "silent" }, { port: 0, dataDir: join(folder, "data") });
  host = await startHost({ services: [{ service: failingService }], environment });
}, 60_000);
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function type(...words: readonly string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  try {
    const code = await run(words, { SHOP_URL: host.url }, streams);
    return { code, out: out.join("\n"), err: err.join("\n") };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.exit, out: out.join("\n"), err: error.message };
  }
}

const letters = async (...words: readonly string[]): Promise<readonly Letter[]> =>
  JSON.parse((await type("list", "--json", ...words)).out) as readonly Letter[];

/** Events that die, one of each key; answers their letters in the order of the keys. */
async function dead(...keys: readonly string[]): Promise<readonly Letter[]> {
  await host.runtime.service("desk").transact({}, async () => ({
    events: keys.map((id) => ({ event: "Asked.v1", key: id, data: { id, email: "ada@customers.example" } })),
    result: undefined,
  }));
  return until(async () => {
    const found = await letters();
    const mine = keys.flatMap((key) => found.filter((letter) => letter.key === key));
    return mine.length === keys.length ? mine : undefined;
  });
}

const idOf = ({ group, id }: Letter): string => `${group}/${id}`;
const nothing = "00000000-0000-7000-8000-000000000000";

/** The whole letter with an answer in it. */
async function answeredCopy(letter: Letter, answer: string, change: object = {}): Promise<string> {
  const whole = await type("show", idOf(letter), "--whole");
  const envelope = JSON.parse(whole.out) as { data: object };
  const file = join(folder, `${letter.id}.json`);
  writeFileSync(file, JSON.stringify({ ...envelope, ...change, data: { ...envelope.data, answer } }, null, 2));
  return file;
}

describe("dead letters from a terminal", () => {
  test("are listed as a table whose ids the other commands take", async () => {
    const [letter] = await dead("listed");
    const { code, out } = await type("list", "--key", "listed");
    expect(code).toBe(0);
    const [head, row, ...others] = out.split("\n");
    expect(head).toMatch(/^id +status +died \(UTC\) +event +key +code +tries +why$/);
    expect(row).toMatch(
      new RegExp(`^${idOf(letter!)} +open .*Asked.v1 +listed +handler-failed +1 +Error: There is no answer.`),
    );
    expect(others).toEqual([]);
    expect((await type("list", "--key", "nobody")).out).toBe("No open dead letter fits.");
    expect(await letters("--service", "other")).toEqual([]);
  });

  test("are shown with their cause and history, personal data masked unless the whole is asked for", async () => {
    const [letter] = await dead("shown");
    const { out } = await type("show", letter!.id);
    expect(out).toMatch(
      /code +handler-failed[\s\S]*history\n +\S+ +died by runtime[\s\S]*stack\n +Error: There is no answer/,
    );
    expect(out).not.toContain("ada@");
    expect((await type("show", idOf(letter!), "--whole")).out).toContain("ada@customers.example");
  });

  test("are redriven with an edited copy, once, and the history says who and why", async () => {
    const [letter] = await dead("edited");
    const file = await answeredCopy(letter!, "42");
    const words = ["redrive", idOf(letter!), "--edited", file, "--by", "ada", "--note", "asked again"];
    expect(await type(...words)).toEqual({ code: 0, out: `${idOf(letter!)} redriven.`, err: "" });
    await until(() => answered.get("edited"));
    expect((await type(...words)).out).toMatch(/settled before; nothing was done/);
    const { out } = await type("show", idOf(letter!));
    expect(out).toMatch(/edited by ada: asked again[\s\S]*redriven by ada: asked again/);
  });

  test("keep their identity, whatever an edited copy says", async () => {
    const [letter] = await dead("identity");
    const file = await answeredCopy(letter!, "42", { eventId: nothing });
    const { code, err } = await type("redrive", idOf(letter!), "--edited", file);
    expect([code, err]).toEqual([1, expect.stringMatching(/eventId .* it must keep/)]);
    const invalid = await answeredCopy(letter!, "");
    expect((await type("redrive", idOf(letter!), "--edited", invalid)).err).toMatch(/an answer is not empty/);
    expect((await letters("--key", "identity")).length).toBe(1);
  });

  test("are redriven by query, all of them, and die again as the same letters", async () => {
    const before = await dead("query-1", "query-2", "query-3");
    const { code, out } = await type("redrive", "--code", "handler-failed", "--by", "bea", "--json");
    expect(code).toBe(0);
    const done = JSON.parse(out) as { id: string; done: boolean }[];
    expect(done.filter(({ done }) => done).map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(idOf)));
    for (const letter of before) {
      await until(async () =>
        /redriven by bea[\s\S]*died by runtime/.test((await type("show", idOf(letter))).out) ? true : undefined,
      );
    }
  });

  test("are discarded on purpose, once", async () => {
    const [letter] = await dead("discarded");
    expect((await type("discard", idOf(letter!), "--note", "a test")).out).toBe(`${idOf(letter!)} discarded.`);
    expect((await type("discard", idOf(letter!))).out).toMatch(/settled before/);
    expect((await letters("--status", "discarded")).map(({ key }) => key)).toContain("discarded");
  });
});

describe("a command that cannot be carried out", () => {
  test("says so in words, and ends with 1 when the shop said no", async () => {
    expect(await type("show", `desk/${nothing}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no dead letter/),
    });
    expect(await type("show", nothing)).toMatchObject({ code: 1, err: expect.stringMatching(/write service\/id/) });
    expect(await type("redrive", `nobody/${nothing}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/there are: desk/),
    });
  });

  test("ends with 2 when nobody was asked", async () => {
    for (const [words, why] of [
      [["mend"], /no command "mend"/],
      [["redrive"], /say which: --service/],
      [["list", "--status", "dead"], /--status dead/],
      [["list", "--lag"], /--lag/],
      [["show"], /takes one id/],
      [["redrive", "desk/x", "--edited", join(folder, "missing.json")], /could not be read/],
      [["list", "--url", "http://127.0.0.1:1"], /No shop answers at http:\/\/127.0.0.1:1/],
      [["list", "--url", "nonsense"], /is not an address/],
    ] as const) {
      const said = await type(...words);
      expect([said.code, said.err]).toEqual([2, expect.stringMatching(why)]);
    }
  });

  test("prints the help for the asking", async () => {
    expect(await type("--help")).toMatchObject({ code: 0, out: expect.stringContaining("npm run dead-letters") });
  });
});

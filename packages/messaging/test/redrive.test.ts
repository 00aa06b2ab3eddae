import { describe, expect, test } from "@jest/globals";
import { cleanInbox } from "../src/runtime/inbox-store.ts";
import { bench, until, type Bed } from "./support/bench.ts";
import { audit, bytesOf, placed, sales, stock } from "./support/shop.ts";
import { send } from "./support/world.ts";

const bed = bench();
const by = { by: "ada" };

/** Three events of one key died at the stock; `repair` makes its handler work. */
async function threeDead(): Promise<Bed & { heard: string[]; elsewhere: string[]; repair(): void }> {
  let broken = true;
  const heard: string[] = [];
  const elsewhere: string[] = [];
  const world = await bed.run([
    sales(),
    stock((event) => {
      if (broken) throw Object.assign(new Error("broken"), { retryable: false });
      heard.push(`${event.sequence}`);
      return [];
    }),
    audit((event) => (elsewhere.push(`${event.sequence}`), [])),
  ]);
  await send(world.runtime, "sales", placed("a"), placed("a"), placed("a"));
  await until(async () => (await world.runtime.service("stock").deadLetters.depth()) === 3 && elsewhere.length === 3);
  return { ...world, heard, elsewhere, repair: () => void (broken = false) };
}

describe("redrive, where others fell", () => {
  test("twice, and by two operators at once: one effect, and every step in the audit trail", async () => {
    const { runtime, heard, repair } = await threeDead();
    repair();
    const { deadLetters } = runtime.service("stock");
    const [letter] = await deadLetters.list();
    const id = letter?.id ?? "";
    const answers = await Promise.all([
      deadLetters.redrive(id, by),
      deadLetters.redrive(id, { by: "bob", note: "me too" }),
    ]);
    await until(() => heard.length === 1);
    expect(answers.sort()).toEqual([false, true]);
    expect(await deadLetters.redrive(id, by)).toBe(false);
    await until(async () => (await deadLetters.show(id)).audit.length === 3);
    const shown = await deadLetters.show(id);
    expect(shown.status).toBe("redriven");
    expect(shown.audit.map(({ action }) => action)).toEqual(["died", "redriven", "handled"]);
    expect(heard).toEqual(["1"]);
  });

  test("a letter that is older than all marks is redriven, twice, with one effect", async () => {
    const { runtime, heard, repair } = await threeDead();
    const everything = new Date("2100-01-01");
    await bed.database.transaction({ schema: "stock" }, (session) => cleanInbox(session, everything));
    repair();
    const { deadLetters } = runtime.service("stock");
    expect(await deadLetters.redriveAll({ event: "Placed.v1" }, by)).toBe(3);
    await until(() => heard.length === 3);
    expect(await deadLetters.redriveAll({ event: "Placed.v1" }, by)).toBe(0);
    await until(async () => (await runtime.service("stock").parked()).length === 0);
    expect(heard).toEqual(["1", "2", "3"]);
  });

  test("only the group that failed hears it again, and in the order of the key", async () => {
    const { runtime, heard, elsewhere, repair } = await threeDead();
    repair();
    expect(await runtime.service("stock").deadLetters.redriveAll({ event: "Placed.v1" }, by)).toBe(3);
    await until(() => heard.length === 3);
    expect(heard).toEqual(["1", "2", "3"]);
    expect(elsewhere).toEqual(["1", "2", "3"]);
  });

  test("the open ones are counted by what they died of", async () => {
    const { runtime } = await threeDead();
    const { deadLetters } = runtime.service("stock");
    const [letter] = await deadLetters.list();
    await deadLetters.discard(letter?.id ?? "", by);
    expect(await deadLetters.causes()).toEqual([
      {
        code: "handler-failed",
        event: "Placed.v1",
        topic: "sales-events",
        count: 2,
        newestAt: expect.any(Date),
        message: expect.stringContaining("broken"),
      },
    ]);
    expect(await runtime.service("audit").deadLetters.causes()).toEqual([]);
  });

  test("an event that dies again is the same dead letter, open again", async () => {
    const { runtime } = await threeDead();
    const { deadLetters } = runtime.service("stock");
    const [letter] = await deadLetters.list();
    await deadLetters.redrive(letter?.id ?? "", by);
    await until(async () => (await deadLetters.depth()) === 3);
    const again = await deadLetters.show(letter?.id ?? "");
    expect(again).toMatchObject({ status: "open", attempts: 2 });
    expect(again.audit.map(({ action }) => action)).toEqual(["died", "redriven", "died"]);
  });

  test("an edited payload keeps its identity, else it is refused and stays", async () => {
    const heard: unknown[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (heard.push(event.data), []))]);
    transport.inject({
      topic: "sales-events",
      key: new TextEncoder().encode("a"),
      value: bytesOf("Placed", "a", 1, { data: { id: "a", quantity: -1 } }),
    });
    const { deadLetters } = runtime.service("stock");
    await until(async () => (await deadLetters.depth()) === 1);
    const [letter] = await deadLetters.list();
    const id = letter?.id ?? "";
    for (const edited of [
      bytesOf("Placed", "a", 1, { eventId: "other" }),
      bytesOf("Placed", "a", 7),
      bytesOf("Placed", "a", 1, { data: { id: 3 } }),
    ]) {
      await expect(deadLetters.redrive(id, { ...by, edited })).rejects.toMatchObject({ code: "payload-conflict" });
    }
    expect((await deadLetters.show(id)).status).toBe("open");
    expect(
      await deadLetters.redrive(id, {
        ...by,
        note: "was negative",
        edited: bytesOf("Placed", "a", 1, { data: { id: "a", quantity: 2 } }),
      }),
    ).toBe(true);
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ id: "a", quantity: 2 }]);
    expect((await deadLetters.show(id)).audit.map(({ action, by: who }) => `${action} by ${who}`).slice(0, 3)).toEqual([
      "died by runtime",
      "edited by ada",
      "redriven by ada",
    ]);
    expect(new TextDecoder().decode((await deadLetters.show(id)).value ?? undefined)).toContain('"quantity":-1');
  });

  test("pages follow one another without a letter left out or shown twice, readable or not", async () => {
    const { runtime, transport } = await bed.run([stock(() => [])]);
    // The order of ids is that of dying; that of the list is topic, key and sequence.
    const keys = ["d", "b", "c", "a", "b"];
    for (const [at, name] of keys.entries()) {
      const value = at % 2 === 0 ? Buffer.from("no event") : bytesOf("Placed", name, 9, { data: { id: 7 } });
      transport.inject({ topic: "sales-events", key: Buffer.from(name), value });
    }
    const { deadLetters } = runtime.service("stock");
    await until(async () => (await deadLetters.depth()) === keys.length);
    const whole = (await deadLetters.list()).map(({ id }) => id);
    const paged: string[] = [];
    for (;;) {
      const after = paged.at(-1);
      const page = await deadLetters.list({ limit: 2, ...(after === undefined ? {} : { after }) });
      paged.push(...page.map(({ id }) => id));
      if (page.length < 2) break;
    }
    expect(paged).toEqual(whole);
    await expect(deadLetters.list({ after: "nobody" })).rejects.toMatchObject({ code: "dead-letter-not-found" });
  });

  test("all means all, however many, and what dies again is not redriven for ever", async () => {
    const { runtime, transport } = await bed.run([stock(() => [])]);
    const many = 130;
    for (let at = 0; at < many; at += 1)
      transport.inject({ topic: "sales-events", key: Buffer.from(`k${at % 7}`), value: Buffer.from("no event") });
    const { deadLetters } = runtime.service("stock");
    await until(async () => (await deadLetters.depth()) === many, "all letters", 30_000);
    expect(await deadLetters.redriveAll({ limit: 110 }, by)).toBe(110);
    await until(async () => (await deadLetters.depth()) === many, "what died again", 30_000);
    expect(await deadLetters.redriveAll({}, by)).toBe(many);
  }, 120_000);

  test("a discarded letter cannot be redriven; an unknown one is an error that says so", async () => {
    const { runtime } = await threeDead();
    const { deadLetters } = runtime.service("stock");
    const [letter] = await deadLetters.list();
    expect(await deadLetters.discard(letter?.id ?? "", { by: "ada", note: "a test order" })).toBe(true);
    expect(await deadLetters.discard(letter?.id ?? "", by)).toBe(false);
    expect(await deadLetters.redrive(letter?.id ?? "", by)).toBe(false);
    await expect(deadLetters.redrive("nothing", by)).rejects.toMatchObject({ code: "dead-letter-not-found" });
  });
});

import { describe, expect, test } from "@jest/globals";
import { createTurns } from "../src/database/turns.ts";
import type { Urgency } from "../src/index.ts";

/** Takes turns in the order of `asked` while another holds one, then answers the order in which they came. */
async function orderOf(asked: readonly Urgency[]): Promise<readonly Urgency[]> {
  const turns = createTurns();
  const held = await turns.take("usual");
  const came: Urgency[] = [];
  const all = asked.map(async (urgency) => {
    const release = await turns.take(urgency);
    came.push(urgency);
    release();
  });
  held();
  await Promise.all(all);
  return came;
}

describe("turns at the one connection of the embedded database", () => {
  test("people who wait go first, and what can wait and grow goes last", async () => {
    expect(await orderOf(["patient", "usual", "urgent", "patient", "usual", "urgent"])).toEqual([
      "urgent",
      "urgent",
      "usual",
      "usual",
      "patient",
      "patient",
    ]);
  });

  test("a rush of urgent work starves nobody", async () => {
    const came = await orderOf(["usual", "patient", "usual", ...Array.from({ length: 40 }, () => "urgent" as const)]);
    expect(came.indexOf("usual")).toBe(3);
    expect(came.indexOf("patient")).toBeLessThan(16);
  });

  test("one at a time; ending a turn twice lets no second one in", async () => {
    const turns = createTurns();
    const first = await turns.take("usual");
    const second = turns.take("usual");
    const third = turns.take("urgent");
    expect(turns.pressed).toBe(true);
    first();
    first();
    const state = await Promise.race([second.then(() => "second"), third.then(() => "third")]);
    expect(state).toBe("third");
    expect(turns.pressed).toBe(false);
    let early = true;
    const done = second.then((release) => (expect(early).toBe(false), release()));
    await Promise.resolve();
    early = false;
    (await third)();
    await done;
  });
});

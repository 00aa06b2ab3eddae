import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { firstEvent } from "../examples/1-first-event.ts";
import { failureAndRedrive } from "../examples/2-failure-and-redrive.ts";
import { replaying } from "../examples/3-replay.ts";
import { storing } from "../examples/4-event-store.ts";
import type { Example } from "../examples/stage.ts";
import type { Database } from "../src/index.ts";
import { embeddedForTests, wipe } from "./support/embedded.ts";

let database: Database;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterEach(() => wipe(database));
afterAll(() => database.close());

const examples: readonly (readonly [string, Example, readonly string[]])[] = [
  [
    "1-first-event",
    firstEvent,
    [
      "ulysses is yours",
      "ulysses is yours",
      "ada has ulysses, its loan number 1",
      "bob has ulysses, its loan number 2",
      "BookLent.v1 is invalid at /data/reader: must be a text",
    ],
  ],
  [
    "2-failure-and-redrive",
    failureAndRedrive,
    [
      "heard: bob",
      "BookLent.v1 is dead after 3 attempts: handler-failed: Error: no letter box (attempt 3)",
      "redriven: true",
      "again: false",
      "heard: bob, ada",
    ],
  ],
  ["3-replay", replaying, ["read again: 3, handled: 3", "who has ulysses: carol", "letters: 3"]],
  [
    "4-event-store",
    storing,
    [
      "version 2",
      "version 3",
      "Stream ulysses is no longer at version 2.",
      "as of version 1: ada",
      "as of version 2: on the shelf",
      "as of version 3: bob",
    ],
  ],
];

describe("the examples", () => {
  test.each(examples)("%s runs as it stands and says what it should", async (_, example, expected) => {
    const lines: string[] = [];
    await example(database, (line) => lines.push(line));
    expect(lines).toEqual(expected);
  });
});

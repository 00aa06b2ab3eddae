import { describe, expect, test } from "@jest/globals";
import { defaults } from "../src/runtime/settings.ts";
import { dueIn, longestDelay, waitedSince } from "../src/runtime/schedule.ts";
import { corrected, steadyTime, timeOf } from "../src/runtime/shared-clock.ts";
import { bench } from "./support/bench.ts";
import { sales, stock } from "./support/shop.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 0, 15, 12);

/** A machine whose clock can be set and which can sleep. */
function machineAt(start: number) {
  const state = { wall: start, elapsed: 500, uptime: 90_000 };
  return {
    now: () => new Date(state.wall),
    elapsed: () => state.elapsed,
    uptime: () => state.uptime,
    pass: (ms: number) => {
      state.wall += ms;
      state.elapsed += ms;
      state.uptime += ms;
    },
    set: (ms: number) => void (state.wall += ms),
    sleep: (ms: number) => {
      state.wall += ms;
      state.uptime += ms;
    },
  };
}

describe("the database's clock", () => {
  test("is taken to have been read halfway between question and answer", () => {
    expect(corrected(undefined, { from: 1_000, to: 1_040, time: 501_020 })).toBe(500_000);
  });

  test("is known as exactly as the quickest reading says; slow ones change nothing, however late their answer is", () => {
    const quick = corrected(undefined, { from: 1_000, to: 1_002, time: 501_001 });
    expect(corrected(quick, { from: 2_000, to: 9_000, time: 502_100 })).toBe(500_000);
    expect(corrected(quick, { from: 2_000, to: 9_000, time: 508_900 })).toBe(500_000);
  });

  test("is followed when it drifts or is set: as far as a reading proves, and no farther", () => {
    expect(corrected(500_000, { from: 1_000, to: 1_010, time: 501_030 })).toBe(500_020);
    expect(corrected(500_000, { from: 1_000, to: 1_010, time: 500_980 })).toBe(499_980);
    expect(corrected(500_000, { from: 1_000, to: 1_010, time: 501_000 + HOUR })).toBe(500_000 + HOUR - 10);
  });
});

describe("the clock over an embedded database", () => {
  test("is the machine's while nobody sets that", () => {
    const machine = machineAt(noon);
    const time = steadyTime(machine);
    machine.pass(1_500);
    expect(time()).toBe(noon + 1_500);
  });

  test.each([
    ["an hour forwards", HOUR, 1.5],
    ["an hour backwards", -HOUR, 0.5],
  ])(
    "makes no wait much shorter or longer when the machine's is set %s, and agrees with it at last",
    (_, step, pace) => {
      const machine = machineAt(noon);
      const time = steadyTime(machine);
      machine.set(step);
      expect(time()).toBe(noon);
      machine.pass(60_000);
      expect(time()).toBe(noon + 60_000 * pace);
      let before = time();
      for (let minute = 0; minute < 120; minute += 1) {
        machine.pass(60_000);
        const now = time();
        expect(now).toBeGreaterThan(before);
        before = now;
      }
      expect(time()).toBe(machine.now().getTime());
    },
  );

  test("follows at once over the hours in which the machine slept", () => {
    const machine = machineAt(noon);
    const time = steadyTime(machine);
    machine.sleep(8 * HOUR);
    expect(time()).toBe(noon + 8 * HOUR);
    machine.set(HOUR);
    expect(time()).toBe(noon + 8 * HOUR);
  });

  test("follows at once when the machine's clock had not been set at all", () => {
    const machine = machineAt(0);
    const time = steadyTime(machine);
    machine.set(noon);
    expect(time()).toBe(noon);
    machine.set(-2 * DAY);
    expect(time()).toBe(noon - 2 * DAY);
  });

  test("begins no earlier than what the database remembers, unless that was nonsense", () => {
    expect(steadyTime(machineAt(noon), noon + HOUR)()).toBe(noon + HOUR);
    expect(steadyTime(machineAt(noon), noon - HOUR)()).toBe(noon);
    expect(steadyTime(machineAt(noon), noon + 2 * DAY)()).toBe(noon);
  });
});

describe("what was written by a clock that has been put right", () => {
  const now = new Date(noon);
  const at = (ms: number): Date => new Date(noon + ms);

  test("is due at once, while what a right clock wrote is due in its time", () => {
    const longest = longestDelay(defaults, [undefined, [0, 120_000]]);
    expect([at(-5), now, at(30_000), at(130_000), at(HOUR)].map((due) => dueIn(due, now, longest))).toEqual([
      0, 0, 30_000, 130_000, 0,
    ]);
    expect(longestDelay(defaults, [])).toBe(31_000);
  });

  test("takes nobody's patience: the time in which nobody looked does not count, nor does waiting begin in the future", () => {
    expect(waitedSince(at(-50_000), at(-900), now)).toEqual(at(-50_000));
    expect(waitedSince(at(-50_000 - HOUR), at(-HOUR), now)).toEqual(at(-50_000));
    expect(waitedSince(at(HOUR), at(HOUR + 1_000), now)).toEqual(now);
  });
});

describe("an embedded database", () => {
  const bed = bench();

  test("remembers the time: a process that starts with a clock set back goes on from there", async () => {
    const { runtime } = await bed.run([sales(), stock(() => [])]);
    await runtime.stop();
    const ahead = new Date(Date.now() + HOUR);
    await bed.database.transaction({ schema: "stock" }, (session) =>
      session.query("insert into jobs (name, due_at, ran_at) values ('count', $1, $1)", [ahead.toISOString()]),
    );
    const time = timeOf(bed.database);
    await time.begin(["sales", "stock"]);
    expect(time.clock.now().getTime()).toBeGreaterThanOrEqual(ahead.getTime());
  });
});

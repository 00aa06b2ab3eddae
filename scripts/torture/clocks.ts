import type { Fault } from "./faults.ts";
import type { Member } from "./member.ts";
import type { Random } from "./random.ts";

const HOUR_MS = 3_600_000;
const FARTHEST_MS = 2 * HOUR_MS;

/** What the report calls a process whose clock was wrong from its first moment on. */
export const WRONG_FROM_THE_START = "clock wrong from the start";

/** How wrong a clock may be: mostly by minutes or hours, now and then by seconds, sometimes not at all. */
export function drawOffset(random: Random): number {
  const most = random.chance(0.15) ? 3_000 : FARTHEST_MS;
  return random.chance(0.15) ? 0 : random.between(-most, most);
}

/** Clocks for one process after the other; the first of them is wrong in any case. All right where `only` asks for other faults. */
export function clocksFrom(random: Random, only: RegExp | undefined): () => number {
  if (only?.test(WRONG_FROM_THE_START) === false) return () => 0;
  const first = [random.between(HOUR_MS / 2, FARTHEST_MS) * (random.chance(0.5) ? 1 : -1)];
  return () => first.shift() ?? drawOffset(random);
}

/** `+1 h 5 min`, `-2 s`, `right`. */
export function sayOffset(ms: number): string {
  if (ms === 0) return "right";
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const said = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).slice(0, 2);
  return `${ms < 0 ? "-" : "+"}${said.join(" ") || "0 s"}`;
}

async function jump(victim: Member, toward: (from: number) => number): Promise<string> {
  for (;;) {
    await victim.untilReady(120);
    const from = victim.clockMs;
    const to = toward(from);
    // One that was killed at this very moment did not see its clock jump.
    if (await victim.setClock(to)) return `${victim.name} from ${sayOffset(from)} to ${sayOffset(to)}`;
  }
}

/** A step of at least minutes, within what clocks are wrong by. */
const forwards = (from: number, random: Random): number =>
  Math.min(FARTHEST_MS, from) + random.between(300_000, HOUR_MS);
const backwards = (from: number, random: Random): number =>
  Math.max(-FARTHEST_MS, from) - random.between(300_000, HOUR_MS);

/** Clocks that jump while their process runs, as a step of NTP makes them, and processes that come back in another time. */
export function clockFaults(any: () => Member, random: Random): readonly Fault[] {
  const jumping = (kind: string, toward: (from: number) => number): Fault => ({
    kind,
    weight: 2,
    always: true,
    run: () => jump(any(), toward),
  });
  return [
    jumping("clock jumps forwards", (from) => forwards(from, random)),
    jumping("clock jumps backwards", (from) => backwards(from, random)),
    { ...jumping("clock put right", () => 0), always: false },
    {
      kind: "kill -9, started with another clock",
      weight: 2,
      run: async () => {
        const victim = any();
        const to = drawOffset(random);
        const from = victim.clockMs;
        await victim.killTo(to);
        return `${victim.name} from ${sayOffset(from)} to ${sayOffset(to)}`;
      },
    },
  ];
}

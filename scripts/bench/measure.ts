// What benchmarks share: repeated measurement of processes and functions, and a table with spread.
import { spawnSync } from "node:child_process";
import process, { execPath } from "node:process";

/** Several measurements of one thing, in one unit. */
export interface Measured {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function summarise(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 };
}

/** Milliseconds of whole processes, start-up of Node included. `before` runs outside of the measurement. */
export function timeProcess(
  runs: number,
  args: readonly string[],
  cwd: string,
  before: () => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
): Measured {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    before();
    const start = performance.now();
    const { status, stderr, error } = spawnSync(execPath, [...args], { cwd, env, encoding: "utf8", maxBuffer: 1e9 });
    times.push(performance.now() - start);
    if (error || (status ?? 2) > 1)
      throw error ?? new Error(`${args.join(" ")} ended with ${status}: ${stderr.slice(-2_000)}`);
  }
  return summarise(times);
}

/** Calls per second, each round at least `milliseconds` long, after two rounds to warm up. */
export function rate(work: () => unknown, rounds = 7, milliseconds = 200): Measured {
  const rates: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < milliseconds) {
      for (let call = 0; call < 500; call++) work();
      calls += 500;
      elapsed = performance.now() - start;
    }
    if (round >= 0) rates.push((calls / elapsed) * 1_000);
  }
  return summarise(rates);
}

export interface Row {
  readonly name: string;
  readonly value: Measured;
  readonly unit: string;
  /** A factor against another row, in words: "3.1 × slower". */
  readonly ratio?: string;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  console.log(`\n${title}`);
  for (const { name, value, unit, ratio } of rows) {
    const [median, low, high] = [value.median, value.low, value.high].map(shown);
    console.log(
      `  ${name.padEnd(width)}${`${median} ${unit}`.padStart(14)}   ${`${low} … ${high}`.padEnd(20)}${ratio ?? ""}`,
    );
  }
}

/** "12 × faster" or "3.0 × slower", from two durations. */
export function against(own: Measured, other: Measured, whose: string): string {
  const factor = other.median / own.median;
  return factor >= 1
    ? `${factor.toFixed(1)} × faster than ${whose}`
    : `${(1 / factor).toFixed(1)} × slower than ${whose}`;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}

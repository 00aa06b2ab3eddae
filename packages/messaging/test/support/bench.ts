import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { memoryTransport } from "../../src/adapters/memory/index.ts";
import type { MemoryOptions, MemoryTransport } from "../../src/adapters/memory/index.ts";
import { virtualClock } from "../../src/index.ts";
import type { Database, Failpoints, Runtime, Service, Settings, VirtualClock } from "../../src/index.ts";
import { embeddedForTests, emptyTables } from "./embedded.ts";
import { running, until } from "./world.ts";

export interface Bench {
  readonly database: Database;
  /** Runs services on one memory broker; started runtimes are stopped after the test. */
  run(services: readonly Service[], options?: RunOptions): Promise<Bed>;
}

export interface RunOptions {
  readonly settings?: Partial<Settings>;
  readonly failpoints?: Failpoints;
  readonly memory?: MemoryOptions;
  /** The broker of an earlier bed, to go on after a crash. */
  readonly transport?: MemoryTransport;
  readonly clock?: VirtualClock;
}

export interface Bed {
  readonly runtime: Runtime;
  readonly transport: MemoryTransport;
  readonly clock: VirtualClock;
  /** Moves time on in small steps until `condition` holds; answers how many milliseconds that took. */
  advanceUntil(condition: () => boolean | Promise<boolean>, stepMs?: number, maxMs?: number): Promise<number>;
  /** Leaves the runtime as a killed process would: nothing is finished, nothing given back. */
  crash(): void;
}

/** One embedded database per test file, emptied after every test. */
export function bench(): Bench {
  let database: Database | undefined;
  const started = new Set<Runtime>();
  beforeAll(async () => {
    database = await embeddedForTests();
  });
  afterEach(async () => {
    await Promise.all([...started].map(stopped));
    started.clear();
    if (database !== undefined) await emptyTables(database);
  });
  afterAll(async () => {
    await database?.close();
  });
  const opened = (): Database => {
    if (database === undefined) throw new Error("The database is opened before the first test.");
    return database;
  };
  return {
    get database() {
      return opened();
    },
    run: async (services, options = {}) => {
      const clock = options.clock ?? virtualClock();
      const transport = options.transport ?? memoryTransport({ clock, ...options.memory });
      const { settings, failpoints } = options;
      const runtime = await running({
        database: opened(),
        transport,
        services,
        clock,
        settings: { pollMs: 1_000, ...settings },
        ...(failpoints === undefined ? {} : { failpoints }),
      });
      started.add(runtime);
      return {
        runtime,
        transport,
        clock,
        advanceUntil: (condition, stepMs = 100, maxMs = 60_000) => advanceUntil(clock, condition, stepMs, maxMs),
        crash: () => {
          started.delete(runtime);
          for (const { name } of runtime.services) transport.expire(name);
        },
      };
    },
  };
}

async function advanceUntil(
  clock: VirtualClock,
  condition: () => boolean | Promise<boolean>,
  stepMs: number,
  maxMs: number,
): Promise<number> {
  const start = clock.now().getTime();
  while (!(await condition())) {
    if (clock.now().getTime() - start > maxMs) throw new Error(`Nothing within ${maxMs} virtual ms.`);
    await clock.advance(stepMs);
    // The database answers in real time: let it, before more virtual time passes.
    await settled();
  }
  return clock.now().getTime() - start;
}

/** Stops a runtime, moving its virtual time on so that the deadline can come. */
async function stopped(runtime: Runtime): Promise<void> {
  const state = { done: false };
  const stopping = runtime.stop(2_000).finally(() => (state.done = true));
  while (!state.done) {
    if ("advance" in runtime.clock) await (runtime.clock as VirtualClock).advance(20);
    await settled();
  }
  await stopping;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 4));

/** A failpoint that never lets go, once it was passed `times` times; `reached` resolves then. */
export function stuckAt(
  point: string,
  service: string,
  times = 1,
): { readonly failpoints: Failpoints; readonly reached: Promise<void>; release(): void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let left = times;
  return {
    reached: reached.promise,
    release: gate.resolve,
    failpoints: {
      hit: (name, detail) => {
        if (name !== point || detail.service !== service || (left -= 1) !== 0) return undefined;
        reached.resolve();
        return gate.promise;
      },
    },
  };
}

export { until };

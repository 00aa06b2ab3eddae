import { setTimeout as delay } from "node:timers/promises";
import { failpointNames } from "@eventpact/messaging";
import { clockFaults, sayOffset, WRONG_FROM_THE_START } from "./clocks.ts";
import type { Member } from "./member.ts";
import type { Place } from "./place.ts";
import type { Random } from "./random.ts";

/** Something bad, and its end. Resolves when what was broken has been put right again (processes may still be starting). */
export interface Fault {
  readonly kind: string;
  /** How often it is drawn, compared with the others. */
  readonly weight: number;
  /** It happens at least once, at the beginning, whatever is drawn and however short the run is. */
  readonly always?: boolean;
  run(): Promise<string | undefined>;
}

export interface Injected {
  readonly kind: string;
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly detail: string;
}

const ownersOf = (members: readonly Member[], random: Random): Member => {
  const [first, ...others] = members;
  if (first === undefined) throw new Error("There is no process to hurt.");
  return random.pick([first, ...others]);
};

/** Longer than what a member of a group may be silent: Kafka's session of 30 s, the log's own in the database. */
const beyondSession = { embedded: 12_000, postgres: 20_000, kafka: 36_000 } as const;

function memberFaults(place: Place, random: Random): readonly Fault[] {
  const { members } = place;
  const any = (): Member => ownersOf(members, random);
  return [
    {
      kind: "kill -9",
      weight: 6,
      always: true,
      run: async () => {
        const victim = any();
        await victim.kill();
        return victim.name;
      },
    },
    {
      kind: "kill -9 of several",
      weight: place.mode === "embedded" ? 0 : 2,
      run: async () => {
        const victims = [...new Set(Array.from({ length: random.between(2, 4) }, any))];
        await Promise.all(victims.map((victim) => victim.kill()));
        return victims.map(({ name }) => name).join(", ");
      },
    },
    {
      kind: "kill at a failpoint",
      weight: 6,
      run: async () => {
        const victim = any();
        const [first, ...others] = failpointNames;
        const plan = `${random.pick([first, ...others])}=kill@${random.between(1, 5)}`;
        const died = await victim.killAt(plan, 45);
        return died ? `${victim.name} at ${plan}` : undefined;
      },
    },
    {
      kind: "SIGTERM and start",
      weight: 2,
      run: async () => {
        const victim = any();
        // Before it listens it has nothing to finish, and ends as any process would.
        await victim.untilReady(120);
        const code = await victim.restart();
        // 1 is the documented answer of a process whose deadline came first, as in the middle of a rebalance: what it had
        // begun is done again, which the judge sees to. Counted under its own name, so that it does not go unnoticed.
        if (code === 1) return `${victim.name}, not drained in time`;
        if (code !== 0) throw new Error(`${victim.name} was asked to stop and ended with ${code}: ${victim.output()}`);
        return victim.name;
      },
    },
    {
      kind: "frozen past its session",
      weight: 2,
      run: async () => {
        const victim = any();
        await victim.freeze(beyondSession[place.mode]);
        return victim.name;
      },
    },
    ...clockFaults(any, random),
  ];
}

function serverFaults({ postgres, kafka }: Place, random: Random): readonly Fault[] {
  const downFor = (): Promise<void> => delay(random.between(1_000, 8_000));
  const faults: Fault[] = [];
  if (postgres !== undefined) {
    faults.push({
      kind: "PostgreSQL stopped and started",
      weight: 3,
      run: async () => {
        await postgres.stop();
        await downFor();
        await postgres.start();
        return "";
      },
    });
  }
  if (kafka === undefined) return faults;
  return [
    ...faults,
    {
      kind: "Kafka stopped and started",
      weight: 2,
      run: async () => {
        await kafka.stop();
        await downFor();
        await kafka.restart();
        return "";
      },
    },
    {
      kind: "Kafka killed and started",
      weight: 2,
      run: async () => {
        await kafka.kill();
        await downFor();
        await kafka.restart();
        return "";
      },
    },
    {
      kind: "Kafka frozen",
      weight: 1,
      run: async () => {
        kafka.pause();
        await delay(random.between(3_000, 20_000));
        kafka.resume();
        return "";
      },
    },
  ];
}

function drawFrom(faults: readonly Fault[], random: Random): Fault {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  for (const fault of faults) if ((left -= fault.weight) < 0) return fault;
  throw new Error("There is no fault to draw.");
}

export interface Misfortune {
  readonly injected: readonly Injected[];
  /** No new faults; resolves when the last one is put right. */
  end(): Promise<void>;
}

export interface MisfortuneOptions {
  /** Milliseconds of peace between two faults: least and most. */
  readonly peaceMs: readonly [number, number];
  /** Only faults whose kind fits; all without it. */
  readonly only: RegExp | undefined;
  readonly tell: (line: string) => void;
  readonly onAnomaly: (what: string) => void;
}

/** Breaks things, one after the other, now and then two at once, until `end`. */
export function startMisfortune(place: Place, random: Random, options: MisfortuneOptions): Misfortune {
  const injected: Injected[] = [];
  const stop = new AbortController();
  const began = Date.now();
  const suffer = async (fault: Fault): Promise<void> => {
    const atMs = Date.now() - began;
    try {
      const detail = await fault.run();
      if (detail === undefined) return;
      injected.push({ kind: fault.kind, atMs, detail });
      options.tell(
        `${String(Math.round(atMs / 1_000)).padStart(5)} s  ${fault.kind}${detail === "" ? "" : `: ${detail}`}`,
      );
    } catch (error) {
      options.onAnomaly(`${fault.kind}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const rounds = async (): Promise<void> => {
    const fits = ({ kind }: Fault): boolean => options.only?.test(kind) ?? true;
    const ofMembers = memberFaults(place, random).filter(fits);
    const ofServers = serverFaults(place, random).filter(fits);
    // Asking a process to end in order says something only while everything it needs is there.
    const kills = ofMembers.filter(({ kind }) => kind.startsWith("kill -9"));
    const due = ofMembers.filter(({ always }) => always === true);
    while (!stop.signal.aborted || due.length > 0) {
      await delay(random.between(...options.peaceMs), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted && due.length === 0) return;
      const fault = due.shift() ?? drawFrom([...ofMembers, ...ofServers], random);
      const second =
        fault.kind.startsWith("SIGTERM") || kills.length === 0 || !random.chance(0.25)
          ? undefined
          : drawFrom(kills, random);
      const pauseMs = random.between(200, 3_000);
      await Promise.all([suffer(fault), second === undefined ? undefined : delay(pauseMs).then(() => suffer(second))]);
    }
  };
  for (const { name, clockMs } of place.members)
    if (clockMs !== 0) injected.push({ kind: WRONG_FROM_THE_START, atMs: 0, detail: `${name} ${sayOffset(clockMs)}` });
  const running = rounds();
  return {
    injected,
    end: async () => {
      stop.abort();
      await running;
    },
  };
}

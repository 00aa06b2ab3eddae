import { isMessagingError, MessagingError } from "../errors.ts";
import type { TopicPartition } from "../ports/transport.ts";
import { readInFlight, takeToken } from "./consumer-store.ts";
import { handledUpTo } from "./inbox-store.ts";
import type { KeyCache } from "./key-store.ts";
import type { Parts } from "./parts.ts";

/** What a lane knows of its partition. */
export interface State {
  token: number;
  readonly trimmed: boolean;
  /** Up to this offset the partition was handled before; -1 when nothing was. */
  handledUpTo: number;
  readonly keys: KeyCache;
  /** Up to this offset, records are handled one by one, since they failed together. */
  singlyUntil: number;
  /**
   * The owner before may have died over one of so many records: each batch of them is noted before it is handled. Without
   * such a suspicion nothing is noted: a killer takes the process down once more, its batch once more, and is then caught.
   */
  careful: number;
  /** Somebody died over one of the records up to this offset: they are noted and handled one by one. */
  suspectUntil: number;
  /** The first offset that the note of what is in hand names, while there is one. */
  noted: number | undefined;
  readonly verdicts: Map<number, { error: MessagingError; attempts: number }>;
  /** What it is at, and since when (`performance.now()`), for those who look into trouble. */
  doing: string;
  since: number;
}

/** Notes what a lane is at. */
export function note(state: State, doing: string): void {
  state.doing = doing;
  state.since = performance.now();
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Fences the owner before, and learns from what it left in flight. Tries until the database answers. */
export async function takeOver(parts: Parts, place: TopicPartition, signal: AbortSignal): Promise<State> {
  const { database, service, transport } = parts;
  const bounds = await patiently(parts, place, signal, noRetake, () => transport.bounds(place.topic));
  const trimmed = (bounds?.find((one) => one.partition === place.partition)?.begin ?? 0) > 0;
  const found = await patiently(parts, place, signal, noRetake, () =>
    database.transaction({ schema: service.name }, async (session) => ({
      taken: await takeToken(session, place),
      left: await readInFlight(session, place),
      upTo: await handledUpTo(session, place),
    })),
  );
  const state: State = {
    token: found?.taken.token ?? -1,
    trimmed,
    handledUpTo: found?.upTo ?? -1,
    keys: new Map(),
    singlyUntil: -1,
    suspectUntil: -1,
    careful: found?.taken.clean === false ? parts.settings.batchRecords : 0,
    noted: undefined,
    verdicts: new Map(),
    doing: "nothing",
    since: performance.now(),
  };
  if (found?.left !== undefined && found.left.first < found.left.last) {
    state.suspectUntil = found.left.last;
  } else if (found?.left !== undefined) {
    const error = new MessagingError("handler-died", "The process ended while this record was handled.");
    state.verdicts.set(found.left.first, { error, attempts: found.left.starts });
  }
  return state;
}

/** A member that still owns the partition by the broker's word takes the token back; one that does not is told so and ends. */
export const retake = (parts: Parts, place: TopicPartition, state: State) => async (): Promise<void> => {
  // Others may have moved keys on while they had it.
  state.keys.clear();
  await parts.database.transaction({ schema: parts.service.name }, async (session) => {
    ({ token: state.token } = await takeToken(session, place));
    state.handledUpTo = await handledUpTo(session, place);
  });
};

export const noRetake = (): Promise<void> => Promise.resolve();

/**
 * Runs `work` until it succeeds: an outage of the database is waited out, never counted against an event.
 * Answers nothing when the lane ended first.
 */
export async function patiently<T>(
  parts: Parts,
  place: TopicPartition,
  signal: AbortSignal,
  whenFenced: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let fenced = false;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      if (fenced) await whenFenced();
      fenced = false;
      return await work();
    } catch (error) {
      if (isMessagingError(error, "closed")) return undefined;
      fenced = isMessagingError(error, "fenced");
      const expected = isMessagingError(error) && error.retryable;
      parts.log[expected ? "warn" : "error"]({ err: error, ...place, pauseMs: pause }, "consumption is held up");
      await parts.clock.sleep(pause, signal);
    }
  }
  return undefined;
}

import { MessagingError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Transport } from "../../ports/transport.ts";

export interface MemoryOptions {
  readonly clock?: Clock;
  /** Same seed, same choices. */
  readonly seed?: number;
}

/** A broker in this process, for tests: gone with it, deterministic, and as nasty as asked for. */
export function memoryTransport(options: MemoryOptions = {}): Transport {
  void options;
  throw new MessagingError("closed", "not there yet");
}

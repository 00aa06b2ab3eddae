/** Wakes everybody who waits, within this process. */
export interface Pulse {
  beat(): void;
  /** Resolves at the next beat after this call, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

export function createPulse(): Pulse {
  const waiting = new Set<() => void>();
  return {
    beat: () => {
      for (const wake of waiting) wake();
      waiting.clear();
    },
    next: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        if (signal.aborted) {
          resolve();
          return;
        }
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      }),
  };
}

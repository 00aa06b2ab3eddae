/** One thing that must not be. */
export interface Anomaly {
  /** Which promise is broken, `stock is conserved`. */
  readonly promise: string;
  readonly detail: string;
}

/** A promise, how much was looked at, and where it was broken. A promise that was tried on nothing holds for nothing. */
export interface Finding {
  readonly promise: string;
  readonly looked: number;
  readonly anomalies: readonly Anomaly[];
}

/** Collects the anomalies of one promise. */
export function findingOf(promise: string, check: (broken: (detail: string) => void) => number): Finding {
  const anomalies: Anomaly[] = [];
  const looked = check((detail) => anomalies.push({ promise, detail }));
  if (looked === 0) anomalies.push({ promise, detail: "Nothing was looked at." });
  return { promise, looked, anomalies };
}

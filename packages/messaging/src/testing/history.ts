/**
 * Judges a run from what was sent and what was heard, in the spirit of Jepsen's Kafka workload: an event is
 * `lost` when a later one of its key was handled and it never was, `unseen` when it is merely missing at the
 * end, `duplicated` when its effect happened twice, `reordered` when effects of a key are out of order, and a
 * consumer is `nonMonotonic` when the offsets it committed for a partition went backwards.
 */
export interface History {
  /** What producers committed, in sequence order for each key. */
  readonly sent: readonly { readonly key: string; readonly sequence: number; readonly eventId: string }[];
  /** Effects in the order they happened, by consumer. */
  readonly effects: readonly {
    readonly consumer: string;
    readonly key: string;
    readonly sequence: number;
    readonly eventId: string;
  }[];
  /** Offsets in the order they were committed. */
  readonly commits?: readonly {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  }[];
  /** Events that were given up on purpose (dead letters): not missed. */
  readonly excused?: readonly { readonly consumer: string; readonly eventId: string }[];
}

export interface Anomaly {
  readonly kind: "lost" | "unseen" | "duplicated" | "reordered" | "non-monotonic" | "invented";
  readonly where: string;
  readonly detail: string;
}

export interface Verdict {
  readonly valid: boolean;
  readonly anomalies: readonly Anomaly[];
  /** What was looked at: a verdict over nothing is worth nothing. */
  readonly sent: number;
  readonly effects: number;
  readonly consumers: number;
}

/** Checks a history. Pure. A verdict over no events or no effects is never valid. */
export function checkHistory(history: History): Verdict {
  const consumers = [...new Set(history.effects.map((effect) => effect.consumer))];
  const anomalies = [...consumers.flatMap((consumer) => checkConsumer(history, consumer)), ...checkCommits(history)];
  const empty = history.sent.length === 0 || consumers.length === 0;
  return {
    valid: anomalies.length === 0 && !empty,
    anomalies,
    sent: history.sent.length,
    effects: history.effects.length,
    consumers: consumers.length,
  };
}

function checkConsumer(history: History, consumer: string): readonly Anomaly[] {
  const effects = history.effects.filter((effect) => effect.consumer === consumer);
  const excused = new Set(history.excused?.filter((one) => one.consumer === consumer).map((one) => one.eventId));
  const known = new Set(history.sent.map((event) => event.eventId));
  const highest = new Map<string, number>();
  const seen = new Set<string>();
  const anomalies: Anomaly[] = [];
  const report = (kind: Anomaly["kind"], key: string, detail: string): void =>
    void anomalies.push({ kind, where: `${consumer} ${key}`, detail });
  for (const { key, sequence, eventId } of effects) {
    const before = highest.get(key) ?? 0;
    if (!known.has(eventId)) report("invented", key, `${eventId} was handled and never sent`);
    if (seen.has(eventId)) report("duplicated", key, `${eventId} (number ${sequence}) had its effect again`);
    else if (sequence < before) report("reordered", key, `number ${sequence} had its effect after number ${before}`);
    seen.add(eventId);
    highest.set(key, Math.max(before, sequence));
  }
  for (const { key, sequence, eventId } of history.sent) {
    if (seen.has(eventId) || excused.has(eventId)) continue;
    const passed = (highest.get(key) ?? 0) > sequence;
    report(passed ? "lost" : "unseen", key, `${eventId} (number ${sequence}) was never handled`);
  }
  return anomalies;
}

function checkCommits({ commits = [] }: History): readonly Anomaly[] {
  const last = new Map<string, number>();
  const anomalies: Anomaly[] = [];
  for (const { group, topic, partition, offset } of commits) {
    const where = `${group} ${topic}/${partition}`;
    const before = last.get(where) ?? 0;
    if (offset < before)
      anomalies.push({ kind: "non-monotonic", where, detail: `${offset} was committed after ${before}` });
    last.set(where, Math.max(before, offset));
  }
  return anomalies;
}

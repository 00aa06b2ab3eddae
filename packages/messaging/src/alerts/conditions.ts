/** What one service looks like at one moment, in the units of its metrics. */
export interface Figures {
  readonly service: string;
  readonly deadLetters: number;
  /** Records behind, summed over topics and partitions. */
  readonly lag: number;
  readonly parkedKeys: number;
  readonly outboxAgeSeconds: number;
  /** Handler runs since the process started. */
  readonly failed: number;
  readonly done: number;
}

/** From where on something is an incident. 0 or less switches a condition off. */
export interface Thresholds {
  readonly deadLetters: number;
  readonly lag: number;
  readonly parkedKeys: number;
  readonly outboxAgeSeconds: number;
  /** Share of handler runs that failed, 0 to 1. */
  readonly failureRate: number;
}

export const thresholds: Thresholds = {
  deadLetters: 1,
  lag: 1_000,
  parkedKeys: 100,
  outboxAgeSeconds: 60,
  failureRate: 0.1,
};

export type Severity = "critical" | "warning";
export type ConditionName = keyof Thresholds;

/** One condition of one service, as read now. */
export interface Reading {
  /** `inventory/deadLetters`: the same in every process and after every restart. */
  readonly key: string;
  readonly service: string;
  readonly condition: ConditionName;
  readonly severity: Severity;
  /** The threshold is reached. */
  readonly over: boolean;
  /** Clearly below it again. Between the two an incident neither begins nor ends. */
  readonly calm: boolean;
  /** It must be over for so long before it is an incident. */
  readonly forMs: number;
  readonly value: number;
  readonly threshold: number;
  /** One sentence for a person. */
  readonly summary: string;
}

/** Handler runs within a window. Undefined: too few to speak of a rate. */
export interface Rate {
  readonly failed: number;
  readonly runs: number;
}

interface Rule {
  readonly severity: Severity;
  /** Whether a short spell is nothing to wake anybody for. */
  readonly patient: boolean;
  value(figures: Figures, rate: Rate | undefined): number;
  say(value: number, threshold: number): string;
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

const rules: Readonly<Record<ConditionName, Rule>> = {
  deadLetters: {
    severity: "critical",
    patient: false,
    value: ({ deadLetters }) => deadLetters,
    say: (value) => `${value} open dead letter${value === 1 ? "" : "s"}: look at the cause, then redrive or discard`,
  },
  lag: {
    severity: "warning",
    patient: true,
    value: ({ lag }) => lag,
    say: (value, threshold) => `${value} records behind (threshold ${threshold})`,
  },
  parkedKeys: {
    severity: "warning",
    patient: true,
    value: ({ parkedKeys }) => parkedKeys,
    say: (value, threshold) => `${value} keys wait for a retry or a predecessor (threshold ${threshold})`,
  },
  outboxAgeSeconds: {
    severity: "critical",
    patient: true,
    value: ({ outboxAgeSeconds }) => outboxAgeSeconds,
    say: (value, threshold) => `the oldest unsent event waits for ${Math.round(value)} s (threshold ${threshold} s)`,
  },
  failureRate: {
    severity: "critical",
    patient: true,
    value: (_, rate) => (rate === undefined ? 0 : rate.failed / rate.runs),
    say: (value, threshold) => `${percent(value)} of handler runs fail (threshold ${percent(threshold)})`,
  },
};

/** An incident ends at this share of its threshold, so that a value that wavers around it is one incident. */
const CALM_SHARE = 0.5;

/** Every condition that is switched on, for one service. Pure. */
export function readingsOf(
  figures: Figures,
  rate: Rate | undefined,
  limits: Thresholds,
  patienceMs: number,
): readonly Reading[] {
  const { service } = figures;
  return (Object.keys(rules) as ConditionName[]).flatMap((condition) => {
    const rule = rules[condition];
    const threshold = limits[condition];
    if (threshold <= 0) return [];
    const value = rule.value(figures, rate);
    return {
      key: `${service}/${condition}`,
      service,
      condition,
      severity: rule.severity,
      over: value >= threshold,
      calm: value <= threshold * CALM_SHARE,
      forMs: rule.patient ? patienceMs : 0,
      value,
      threshold,
      summary: `${service}: ${rule.say(value, threshold)}`,
    };
  });
}

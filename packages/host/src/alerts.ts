import type { Database, Runtime } from "@eventpact/messaging";
import {
  incidentMemory,
  pagerDutySink,
  slackSink,
  thresholds,
  watchDefaults,
  watchRuntime,
  type Sink,
  type Thresholds,
  type Watch,
} from "../../messaging/src/alerts/index.ts";

/** Who is told when something is wrong, and from where on it is. */
export interface AlertSettings {
  /** A Slack incoming webhook, or one that takes the same JSON. */
  readonly slackUrl: string | undefined;
  /** PagerDuty's Events API v2, or one that takes the same JSON. */
  readonly pagerDuty: { readonly url: string; readonly routingKey: string } | undefined;
  /** The console's address, put into every alert. */
  readonly link: string | undefined;
  readonly thresholds: Thresholds;
  readonly everyMs: number;
  readonly patienceMs: number;
  readonly calmMs: number;
}

const PAGERDUTY = "https://events.pagerduty.com/v2/enqueue";

const isHttp = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/**
 * Reads the `ALERT_…` variables; undefined when nobody is to be told. Adds a sentence to `faults` for each that cannot
 * be understood, and never repeats an address or a key: both are secrets.
 */
export function readAlerts(value: (name: string) => string | undefined, faults: string[]): AlertSettings | undefined {
  const address = (name: string): string | undefined => {
    const text = value(name);
    if (text !== undefined && !isHttp(text)) faults.push(`${name} must be a whole http:// or https:// address.`);
    return text;
  };
  const number = (name: string, otherwise: number, most = Infinity): number => {
    const text = value(name);
    const found = Number(text ?? otherwise);
    if (Number.isFinite(found) && found >= 0 && found <= most) return found;
    faults.push(`${name} is "${text}"; it takes a number from 0${most === Infinity ? "" : ` to ${most}`}.`);
    return otherwise;
  };
  const seconds = (name: string, otherwiseMs: number): number => number(name, otherwiseMs / 1_000, 86_400) * 1_000;
  const routingKey = value("ALERT_PAGERDUTY_KEY");
  const pagerDutyUrl = address("ALERT_PAGERDUTY_URL");
  if (pagerDutyUrl !== undefined && routingKey === undefined)
    faults.push("ALERT_PAGERDUTY_URL needs ALERT_PAGERDUTY_KEY, the routing key of the integration.");
  const slackUrl = address("ALERT_SLACK_URL");
  const settings: AlertSettings = {
    slackUrl,
    pagerDuty: routingKey === undefined ? undefined : { url: pagerDutyUrl ?? PAGERDUTY, routingKey },
    link: address("ALERT_LINK"),
    thresholds: {
      deadLetters: number("ALERT_DEAD_LETTERS", thresholds.deadLetters),
      lag: number("ALERT_LAG", thresholds.lag),
      parkedKeys: number("ALERT_PARKED_KEYS", thresholds.parkedKeys),
      outboxAgeSeconds: number("ALERT_OUTBOX_AGE_S", thresholds.outboxAgeSeconds),
      failureRate: number("ALERT_FAILURE_RATE", thresholds.failureRate, 1),
    },
    everyMs: Math.max(100, seconds("ALERT_EVERY_S", watchDefaults.everyMs)),
    patienceMs: seconds("ALERT_PATIENCE_S", watchDefaults.patienceMs),
    calmMs: seconds("ALERT_CALM_S", watchDefaults.calmMs),
  };
  return slackUrl === undefined && routingKey === undefined ? undefined : settings;
}

/** Begins to watch `runtime` and to tell whom `settings` names. */
export function startAlerts(runtime: Runtime, database: Database, settings: AlertSettings): Watch {
  const { slackUrl, pagerDuty, link, ...rest } = settings;
  const sinks: readonly Sink[] = [
    ...(slackUrl === undefined ? [] : [slackSink(slackUrl)]),
    ...(pagerDuty === undefined ? [] : [pagerDutySink(pagerDuty.url, pagerDuty.routingKey)]),
  ];
  return watchRuntime({ runtime, sinks, memory: incidentMemory(database), link, settings: rest });
}

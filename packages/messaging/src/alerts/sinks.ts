import type { Severity } from "./conditions.ts";

/** What people are told: an incident began, or ended. */
export interface Notice {
  readonly kind: "open" | "close";
  /** The same for both, in every process and after every restart. */
  readonly dedupKey: string;
  readonly service: string;
  readonly condition: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly value: number;
  readonly threshold: number;
  readonly at: Date;
  /** Where to look: the console. */
  readonly link: string | undefined;
}

/** Somebody who is told. Rejects when the notice was not taken; with a {@link Refused} when it never will be. */
export interface Sink {
  readonly name: string;
  send(notice: Notice, signal: AbortSignal): Promise<void>;
}

/** The endpoint understood the notice and does not want it: trying again is no use. */
export class Refused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refused";
  }
}

async function post(url: string, body: unknown, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "error",
    signal,
  });
  // The text is of no use, but an unread body keeps its connection.
  await answer.body?.cancel();
  if (answer.ok) return;
  const told = `answered ${answer.status}`;
  // 408 and 429 ask to come again, as every fault of the server does.
  if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) throw new Refused(told);
  throw new Error(told);
}

/** What Slack would take for markup. */
const plain = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A Slack incoming webhook, or whatever takes the same JSON (Mattermost, Rocket.Chat, Discord's `/slack`). */
export function slackSink(url: string): Sink {
  return {
    name: "slack",
    send: ({ kind, severity, summary, link }, signal) => {
      const sign = kind === "close" ? "✅ Resolved" : severity === "critical" ? "🔴 Critical" : "🟠 Warning";
      const where = link === undefined ? "" : `\n<${link}|Look at it>`;
      return post(url, { text: `${sign}: ${plain(summary)}${where}` }, signal);
    },
  };
}

/** PagerDuty's Events API v2, or whatever takes the same JSON. */
export function pagerDutySink(url: string, routingKey: string): Sink {
  return {
    name: "pagerduty",
    send: ({ kind, dedupKey, service, condition, severity, summary, value, threshold, at, link }, signal) => {
      const common = { routing_key: routingKey, dedup_key: dedupKey };
      if (kind === "close") return post(url, { ...common, event_action: "resolve" }, signal);
      return post(
        url,
        {
          ...common,
          event_action: "trigger",
          payload: {
            summary: summary.slice(0, 1_024),
            source: service,
            severity,
            timestamp: at.toISOString(),
            component: service,
            class: condition,
            custom_details: { value, threshold },
          },
          ...(link === undefined ? {} : { links: [{ href: link, text: "Console" }] }),
        },
        signal,
      );
    },
  };
}

import { context, isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, SpanContext } from "@opentelemetry/api";
import type { Ids } from "../ports/ids.ts";

const FORM = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A W3C traceparent as a span context, or nothing when it is not one. */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const match = FORM.exec(text ?? "");
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined;
  const parsed = { traceId: match[1], spanId: match[2], traceFlags: parseInt(match[3], 16), isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
}

const format = (span: SpanContext): string =>
  `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;

export interface SpanOptions {
  readonly kind: "command" | "consumer";
  /** Of the request or record that caused this work; the active span counts when there is none. */
  readonly parent?: string | undefined;
  readonly attributes: Attributes;
  readonly ids: Ids;
}

/**
 * Runs `work` in a span and hands it the traceparent for what it sends. Without an OpenTelemetry SDK nothing
 * is recorded, and the incoming trace (or a new one) is passed on, so that one story is one trace all the same.
 */
export async function traced<T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string) => Promise<T>,
): Promise<T> {
  const remote = parseTraceparent(options.parent);
  const parent = remote === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, remote);
  const kind = options.kind === "consumer" ? SpanKind.CONSUMER : SpanKind.INTERNAL;
  const span = trace
    .getTracer("@eventpact/messaging")
    .startSpan(name, { kind, attributes: options.attributes }, parent);
  const own = span.spanContext();
  // Without an SDK a span is only its parent again: there is nobody to tell.
  if (own === remote && options.parent !== undefined) return work(options.parent);
  const traceparent = format(isSpanContextValid(own) ? own : fresh(options.ids));
  try {
    return await context.with(trace.setSpan(parent, span), () => work(traceparent));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

function fresh(ids: Ids): SpanContext {
  const hex = Buffer.from(ids.bytes(24)).toString("hex");
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32), traceFlags: 1 };
}

import {
  context,
  isSpanContextValid,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { Attributes, SpanContext, Tracer } from "@opentelemetry/api";
import { setTimeout as delay } from "node:timers/promises";
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
  /** The traceparent of the request or record that caused this work; the active span counts when there is none. */
  readonly parent?: () => string | undefined;
  readonly attributes: () => Attributes;
  readonly ids: Ids;
}

const NAME = "@eventpact/messaging";

/** The tracer of the SDK that the process has registered, or nothing. */
function recorder(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(NAME) : provider.getTracer(NAME);
}

/**
 * Runs `work` in a span and hands it the traceparent for what it sends. Without an OpenTelemetry SDK there is nobody to
 * tell: nothing is recorded, nothing asked that `work` does not ask for, and the incoming trace (or a new one) is passed
 * on, so that one story is one trace all the same.
 */
export async function traced<T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: () => string) => Promise<T>,
): Promise<T> {
  const tracer = recorder();
  if (tracer === undefined) {
    let passed: string | undefined;
    return work(() => (passed ??= passOn(options)));
  }
  const remote = parseTraceparent(options.parent?.());
  const parent = remote === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, remote);
  const kind = options.kind === "consumer" ? SpanKind.CONSUMER : SpanKind.INTERNAL;
  const span = tracer.startSpan(name, { kind, attributes: options.attributes() }, parent);
  const own = span.spanContext();
  const traceparent = format(isSpanContextValid(own) ? own : fresh(options.ids));
  try {
    return await context.with(trace.setSpan(parent, span), () => work(() => traceparent));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

function passOn({ parent, ids }: SpanOptions): string {
  const told = parent?.();
  return told !== undefined && parseTraceparent(told) !== undefined ? told : format(fresh(ids));
}

/** A request that is handed on to another process, as a span. */
export interface RequestSpan {
  /** What the request takes along; undefined where nobody traces and it brought nothing. */
  readonly traceparent: string | undefined;
  /** To be called once, with the status of the answer. */
  end(status: number): void;
}

/** Begins the span of a request that may have brought a `traceparent` of its own: the root of its trace, if it has not. */
export function openRequestSpan(name: string, brought: string | undefined): RequestSpan {
  const remote = parseTraceparent(brought);
  const parent = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
  const span = trace.getTracer(NAME).startSpan(name, { kind: SpanKind.SERVER }, parent);
  const own = span.spanContext();
  return {
    traceparent: isSpanContextValid(own) ? format(own) : undefined,
    end: (status) => {
      span.setAttribute("http.response.status_code", status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** What the API does not tell of an SDK. It may have brought a copy of the API of its own, so no class of ours can be asked for. */
interface Flushing {
  readonly getDelegate?: () => Flushing;
  readonly forceFlush?: () => Promise<void>;
}

/** Sends what the SDK of this process has not sent yet, within `patienceMs`. Nothing happens where there is none. */
export async function flushTraces(patienceMs: number): Promise<void> {
  const registered = trace.getTracerProvider() as object as Flushing;
  const provider = registered.getDelegate?.() ?? registered;
  if (provider.forceFlush === undefined) return;
  const enough = new AbortController();
  const sent = provider.forceFlush().catch(() => undefined);
  await Promise.race([sent, delay(patienceMs, undefined, { signal: enough.signal }).catch(() => undefined)]);
  enough.abort();
}

function fresh(ids: Ids): SpanContext {
  const hex = Buffer.from(ids.bytes(24)).toString("hex");
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32), traceFlags: 1 };
}

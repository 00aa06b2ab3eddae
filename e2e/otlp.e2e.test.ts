/** Traces as a collector receives them: the official SDK and exporter, over OTLP/HTTP, out of a shop that runs by itself. */
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";

import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startShop, type Shop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";
import { until } from "./support/until.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** As much of a collector as it takes: keeps every span it is sent. */
async function openCollector(): Promise<{ url: string; spans: Span[]; names: Set<string>; close(): Promise<void> }> {
  const spans: Span[] = [];
  const names = new Set<string>();
  const server: Server = createServer(async (request, response) => {
    const bytes = await buffer(request);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
    if (request.url === "/v1/traces") {
      for (const { resource, scopeSpans } of (JSON.parse(body.toString()) as Export).resourceSpans) {
        names.add(resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "");
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
    }
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    names,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const attribute = (span: Span, name: string): string | undefined =>
  span.attributes.find(({ key }) => key === name)?.value.stringValue;

describe("with OTEL_EXPORTER_OTLP_ENDPOINT, a collector", () => {
  let folder: string;
  let shop: Shop;
  let collector: Awaited<ReturnType<typeof openCollector>>;
  beforeAll(async () => {
    collector = await openCollector();
    folder = await newFolder();
    shop = await startShop(folder, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: "200",
      CARRIER_PICK_UP_MS: "1",
      CARRIER_DELIVER_MS: "1",
    });
  });
  afterAll(async () => {
    await shop?.stop();
    await collector?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("receives one trace for each order, from the request through all eight services, every span with its parent", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const request = "00f067aa0ba902b7";
    const first = await shop.order(undefined, { traceparent: `00-${traceId}-${request}-01` });
    const second = await shop.order();
    for (const { orderId } of [first, second]) await shop.reaches(orderId, "DELIVERED");
    const of = (trace: string): Span[] => collector.spans.filter((span) => span.traceId === trace);
    const groups = (trace: string): string[] => [
      ...new Set(of(trace).flatMap((span) => attribute(span, "messaging.consumer.group.name") ?? [])),
    ];
    const all = ["analytics", "audit", "email", "inventory", "order", "payment", "shipping", "tracking"];
    const delivered = (trace: string): boolean =>
      of(trace).filter(({ name }) => name === "handle OrderDelivered.v1").length >= 3;
    await until(() => (delivered(traceId) && groups(traceId).length === all.length ? true : undefined), {
      seconds: 60,
      describe: () => `the collector has ${groups(traceId).join(", ")}`,
    });
    expect(groups(traceId).sort()).toEqual(all);
    const known = new Set([request, ...of(traceId).map(({ spanId }) => spanId)]);
    expect(of(traceId).filter(({ parentSpanId }) => !known.has(parentSpanId ?? ""))).toEqual([]);
    const roots = collector.spans.filter(({ name }) => name === "handle OrderCreated.v2").map((span) => span.traceId);
    expect(new Set(roots).size).toBe(2);
    expect(collector.names).toEqual(new Set(["shop"]));
  });
});

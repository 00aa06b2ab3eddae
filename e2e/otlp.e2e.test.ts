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

const all = ["analytics", "audit", "email", "inventory", "order", "payment", "shipping", "tracking"];

interface Traced {
  readonly shop: Shop;
  readonly collector: Awaited<ReturnType<typeof openCollector>>;
  of(traceId: string): readonly Span[];
  close(): Promise<void>;
}

/** A shop that sends its traces to a collector, and the collector. */
async function startTraced(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Traced> {
  const collector = await openCollector();
  const folder = await newFolder();
  const shop = await startShop(
    folder,
    {
      KAFKA_BROKERS: "",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: "200",
      CARRIER_PICK_UP_MS: "1",
      CARRIER_DELIVER_MS: "1",
      ...env,
    },
    args,
  );
  return {
    shop,
    collector,
    of: (traceId) => collector.spans.filter((span) => span.traceId === traceId),
    close: async () => {
      await shop.stop();
      await collector.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const groupsOf = (spans: readonly Span[]): string[] =>
  [...new Set(spans.flatMap((span) => attribute(span, "messaging.consumer.group.name") ?? []))].toSorted();

/** Waits until all who hear of the delivery of one order have told of it, in a trace through all services. */
const isComplete = ({ of }: Traced, traceId: string): Promise<true> =>
  until(
    () => {
      const delivered = of(traceId).filter(({ name }) => name === "handle OrderDelivered.v1");
      return delivered.length >= 3 && groupsOf(of(traceId)).length === all.length ? true : undefined;
    },
    { seconds: 60, describe: () => `the collector has ${groupsOf(of(traceId)).join(", ")}` },
  );

/** Spans whose parent nobody has told of. */
const orphans = (spans: readonly Span[], ...known: readonly string[]): readonly Span[] => {
  const ids = new Set([...known, ...spans.map(({ spanId }) => spanId)]);
  return spans.filter(({ parentSpanId = "" }) => parentSpanId !== "" && !ids.has(parentSpanId));
};

describe("with OTEL_EXPORTER_OTLP_ENDPOINT, a collector", () => {
  let traced: Traced;
  beforeAll(async () => {
    traced = await startTraced([]);
  });
  afterAll(() => traced?.close());

  test("receives one trace for each order, from the request through all eight services, every span with its parent", async () => {
    const { shop, collector, of } = traced;
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const request = "00f067aa0ba902b7";
    const first = await shop.order(undefined, { traceparent: `00-${traceId}-${request}-01` });
    const second = await shop.order();
    for (const { orderId } of [first, second]) await shop.reaches(orderId, "DELIVERED");
    await isComplete(traced, traceId);
    expect(groupsOf(of(traceId))).toEqual(all);
    expect(orphans(of(traceId), request)).toEqual([]);
    expect(of(traceId).filter(({ parentSpanId = "" }) => parentSpanId === "")).toEqual([]);
    const created = collector.spans.filter(({ name }) => name === "handle OrderCreated.v2").map((span) => span.traceId);
    expect(new Set(created).size).toBe(2);
    expect(collector.names).toEqual(new Set(["shop"]));
  });
});

describe("a collector of a shop whose services run apart", () => {
  let traced: Traced;
  beforeAll(async () => {
    // Nothing is sent by itself in time: what arrives was sent when the processes stopped.
    traced = await startTraced(["--split"], { OTEL_BSP_SCHEDULE_DELAY: "3600000" });
  });
  afterAll(() => traced?.close());

  test("receives, from nine processes that stop, one trace for each order, whose root is the request at the gateway", async () => {
    const { shop, collector, of } = traced;
    const orders = [await shop.order(), await shop.order()];
    for (const { orderId } of orders) await shop.reaches(orderId, "DELIVERED");
    await until(
      async () => {
        const { services } = await shop.json<{ services: { lag: number }[] }>("/ops/api/state");
        return services.length === all.length && services.every(({ lag }) => lag === 0) ? true : undefined;
      },
      { seconds: 60 },
    );
    expect(await shop.stop()).toBe(0);
    const roots = collector.spans.filter(({ name }) => name === "POST /orders");
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(orders.length);
    for (const root of roots) {
      const spans = of(root.traceId);
      expect(groupsOf(spans)).toEqual(all);
      expect(orphans(spans)).toEqual([]);
      // The one span without a parent is the request.
      expect(spans.filter(({ parentSpanId = "" }) => parentSpanId === "")).toEqual([root]);
    }
    expect(collector.names).toEqual(new Set(["gateway", ...all]));
  });
});

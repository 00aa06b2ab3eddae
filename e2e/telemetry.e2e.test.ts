/** What a run shows to those who watch it, and what it must never show. */
import { createServer, type Server } from "node:net";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEnvironment, startHost, type Host } from "@eventpact/host";
import {
  trace,
  TraceFlags,
  type Attributes,
  type Span,
  type SpanContext,
  type TracerProvider,
} from "@opentelemetry/api";
import { shop as services } from "../scripts/lib/shop.ts";
import { goodOrder, startShop, type Order, type Shop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";
import { until } from "./support/until.ts";

interface Recorded {
  readonly name: string;
  readonly traceId: string;
  readonly attributes: Attributes;
  ended: boolean;
}

const hex = (bytes: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");

/** As much of an SDK as it takes: spans with ids, children in the trace of their parents, all of it kept. */
function recording(): { readonly provider: TracerProvider; readonly spans: Recorded[] } {
  const spans: Recorded[] = [];
  const spanOf = (context: SpanContext, recorded: Recorded): Span => {
    const span: Span = {
      spanContext: () => context,
      setAttribute: () => span,
      setAttributes: () => span,
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: () => span,
      updateName: () => span,
      end: () => void (recorded.ended = true),
      isRecording: () => true,
      recordException: () => undefined,
    };
    return span;
  };
  const startSpan = (
    name: string,
    options: { attributes?: Attributes } = {},
    parent?: Parameters<typeof trace.getSpanContext>[0],
  ): Span => {
    const traceId = (parent && trace.getSpanContext(parent)?.traceId) ?? hex(16);
    const recorded: Recorded = { name, traceId, attributes: options.attributes ?? {}, ended: false };
    spans.push(recorded);
    return spanOf({ traceId, spanId: hex(8), traceFlags: TraceFlags.SAMPLED }, recorded);
  };
  const tracer = {
    startSpan,
    startActiveSpan: () => {
      throw new Error("The runtime starts its spans itself.");
    },
  };
  return { provider: { getTracer: () => tracer }, spans };
}

describe("traces", () => {
  const { provider, spans } = recording();
  let folder: string;
  let host: Host;
  beforeAll(async () => {
    trace.setGlobalTracerProvider(provider);
    folder = await newFolder();
    const environment = readEnvironment({ LOG_LEVEL: "silent" }, { port: 0, dataDir: folder });
    host = await startHost({ services, environment });
  });
  afterAll(async () => {
    await host?.close();
    trace.disable();
    await rm(folder, { recursive: true, force: true });
  });

  const place = async (headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(`${host.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(goodOrder),
    });
    const { orderId } = (await answer.json()) as Order;
    await until(async () => {
      const { status } = (await (await fetch(`${host.url}/orders/${orderId}`)).json()) as Order;
      return status === "DELIVERED" ? true : undefined;
    });
    return orderId;
  };

  test("join every service that works on an order into the one trace of the request that placed it", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await place({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    const groups = (): string[] =>
      spans
        .filter((span) => span.traceId === traceId)
        .map(({ attributes }) => String(attributes["messaging.consumer.group.name"]));
    const all = ["analytics", "audit", "email", "inventory", "order", "payment", "shipping", "tracking"];
    await until(() => (all.every((group) => groups().includes(group)) ? true : undefined));
    const names = new Set(spans.filter((span) => span.traceId === traceId).map(({ name }) => name));
    for (const event of [
      "OrderCreated.v2",
      "InventoryReserved.v1",
      "PaymentCompleted.v1",
      "OrderPaid.v1",
      "OrderConfirmed.v1",
    ])
      expect([...names]).toContain(`handle ${event}`);
  });

  test("are one for each order, not one for all, and every span ends", async () => {
    await Promise.all([place(), place()]);
    const created = spans.filter(({ name }) => name === "handle OrderCreated.v2");
    const byTrace = Map.groupBy(created, ({ traceId }) => traceId);
    // Each of the three orders so far was heard by the same consumers, in a trace of its own.
    expect(byTrace.size).toBe(3);
    expect(new Set([...byTrace.values()].map(({ length }) => length)).size).toBe(1);
    await until(() => (spans.some(({ name, ended }) => !ended && !name.startsWith("job")) ? undefined : true));
  });
});

/** A mail server with bad manners: its answers repeat the address it does not like. */
function rudeMailServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("220 rude\r\n");
    let refusals = 0;
    socket.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString().split("\r\n").filter(Boolean)) {
        const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
        if (line.startsWith("RCPT"))
          socket.write(`${(refusals += 1) % 2 === 0 ? 550 : 450} 5.1.1 <${address}> is nobody here\r\n`);
        else socket.write("250 ok\r\n");
      }
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("the log at debug level", () => {
  const customer = {
    ...goodOrder,
    email: "zoe.secret@private.example",
    shippingAddress: {
      name: "Zoe Hidden",
      line1: "77 Unlisted Lane",
      city: "Nowhereville",
      postalCode: "99881",
      country: "FR",
    },
  };
  const personal = ["zoe.secret", "private.example", "Zoe Hidden", "Unlisted Lane", "Nowhereville", "99881"];
  let folder: string;
  let mail: Server;
  let shop: Shop;
  beforeAll(async () => {
    folder = await newFolder();
    mail = await rudeMailServer();
    const address = mail.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    shop = await startShop(folder, {
      KAFKA_BROKERS: "",
      DATABASE_URL: "",
      LOG_LEVEL: "debug",
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      CARRIER_PICK_UP_MS: "100",
      CARRIER_DELIVER_MS: "100",
    });
  });
  afterAll(async () => {
    await shop?.stop();
    mail.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("never shows an e-mail address or where somebody lives, not even when something fails over them", async () => {
    const paid = await shop.order(customer);
    await shop.reaches(paid.orderId, "DELIVERED");
    const poor = await shop.order({
      ...customer,
      customerId: "bob",
      items: [{ productId: "pour-over-kettle", quantity: 1 }],
    });
    await shop.reaches(poor.orderId, "CANCELLED");
    await shop.order({ ...customer, items: [{ productId: customer.email, quantity: 1 }] });
    await shop.request(`/orders/${encodeURIComponent(customer.email)}?email=${customer.email}`);
    // The letters cannot be sent: tried again, then given up, and the log says so.
    const letters = await until(
      async () => {
        const dead = await shop.json<{ event: string; message: string }[]>("/ops/api/dead-letters");
        return dead.length > 0 ? dead : undefined;
      },
      { seconds: 60 },
    );
    await until(() => (shop.output().includes("an event went to the dead letters") ? true : undefined));
    const log = shop.output();
    expect(personal.filter((word) => log.includes(word))).toEqual([]);
    expect(personal.filter((word) => JSON.stringify(letters).includes(word))).toEqual([]);
  });
});

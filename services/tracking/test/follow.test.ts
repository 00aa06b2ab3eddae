import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { ServiceRuntime } from "@eventpact/messaging";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hearing, told } from "../../../e2e/support/hearing.ts";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { until } from "../../../e2e/support/until.ts";
import { followers, type Followers } from "../src/adapters/followers.ts";
import type { Step } from "../src/domain.ts";
import { handlers } from "../src/handlers.ts";
import { tracking } from "../src/main.ts";
import { addStep } from "../src/store.ts";

let service: ServiceAlone;
let hear: ReturnType<typeof hearing>;
let address: URL;
beforeAll(async () => {
  service = await serviceAlone(tracking);
  hear = hearing(service, handlers);
  address = new URL(await service.http.listen({ port: 0, host: "127.0.0.1" }));
});
afterAll(() => service.close());

const keep = (...steps: readonly Step[]) =>
  service.transact({}, async ({ db }) => {
    for (const step of steps) await addStep(db, step);
    return { events: [], result: undefined };
  });
const at = "2026-01-15T10:30:00.000Z";
const total = { amount: 1250, currency: "EUR" as const };
const who = { customerId: "alice", email: "alice@example.com" };
const shippingAddress = { name: "Alice", line1: "1 Rue", city: "Lyon", postalCode: "69003", country: "FR" };
const ways = (orderId: string) => ({
  created: told("OrderCreated.v1", { orderId, customerId: "alice", items: [], totalPrice: 1250 } as never),
  paid: told("OrderPaid.v1", { orderId, ...who, total, shippingAddress } as never, { sequence: 2 }),
  cancelled: told(
    "OrderCancelled.v1",
    { orderId, ...who, reason: "CUSTOMER_REQUEST", previousStatus: "PAID" },
    { sequence: 3 },
  ),
});

/** What a stream gave so far, and whether it has ended. */
async function open(path: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(new URL(path, address), { headers, signal: stop.signal });
  let text = "";
  let ended = false;
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().then(
    () => (ended = true),
    () => undefined,
  );
  return {
    response,
    reading,
    ids: () => [...text.matchAll(/^id: (\d+)/gm)].map((match) => Number(match[1])),
    isEnded: () => ended,
    leave: () => stop.abort(),
  };
}

describe("the stream of server-sent events", () => {
  test("brings what there is, then each new step once, and ends with the last", async () => {
    const { created, paid, cancelled } = ways("live");
    await hear(created);
    const stream = await open("/orders/live/stream");
    expect(stream.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    await until(() => (stream.ids().length === 1 ? true : undefined));
    await hear(paid);
    await hear(paid);
    await until(() => (stream.ids().length === 2 ? true : undefined));
    expect(stream.isEnded()).toBe(false);
    await hear(cancelled);
    await stream.reading;
    expect(stream.ids()).toEqual([1, 2, 3]);
  });

  test.each([
    ["Last-Event-ID", "/orders/resumed/stream", { "last-event-id": "2" }],
    ["?after=", "/orders/resumed/stream?after=2", {}],
    ["Last-Event-ID before ?after=", "/orders/resumed/stream?after=1", { "last-event-id": "2" }],
  ])("is resumed after %s, and says 204 once nothing more will come", async (_by, path, headers) => {
    await keep(...["CREATED", "PAID", "CANCELLED"].map((status, index) => stepOf("resumed", index + 1, status)));
    const stream = await open(path, headers as Record<string, string>);
    await stream.reading;
    expect(stream.ids()).toEqual([3]);
    expect((await open("/orders/resumed/stream", { "last-event-id": "3" })).response.status).toBe(204);
  });

  test("waits for an order that nobody has heard of yet", async () => {
    const stream = await open("/orders/early/stream");
    await hear(ways("early").created);
    await until(() => (stream.ids().length === 1 ? true : undefined));
    stream.leave();
  });

  test.each([
    ["/orders/a/stream?after=two", {}],
    ["/orders/a/stream", { "last-event-id": "-1" }],
    ["/orders/a/stream", { "last-event-id": "1e99" }],
    [`/orders/${"a".repeat(101)}/stream`, {}],
  ])("refuses %s %j with a problem", async (path, headers) => {
    const { response } = await open(path, headers as Record<string, string>);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  test("lets a client go that does not read, which then resumes without a gap", async () => {
    const heavy = { ...stepOf("heavy", 2, "SHIPPED"), trackingNumber: "x".repeat(8_000_000) };
    await keep(stepOf("heavy", 1, "CREATED"), heavy, stepOf("heavy", 3, "DELIVERED"));
    const accepted = once(service.http.server, "connection") as Promise<[Socket]>;
    const idle = connect(Number(address.port), "127.0.0.1").pause();
    idle.on("error", () => undefined);
    idle.write("GET /orders/heavy/stream HTTP/1.0\r\n\r\n");
    const [serverSide] = await accepted;
    await until(() => serverSide.destroyed || undefined, { describe: () => "the client was never let go" });
    idle.destroy();
    const got: number[] = [];
    for (let visits = 0; visits < 5 && got.at(-1) !== 3; visits += 1) {
      const stream = await open("/orders/heavy/stream", { "last-event-id": String(got.at(-1) ?? 0) });
      await stream.reading;
      got.push(...stream.ids());
    }
    expect(got).toEqual([1, 2, 3]);
  });
});

const stepOf = (orderId: string, sequence: number, status: string): Step => ({
  orderId,
  sequence,
  status: status as Step["status"],
  at,
});

async function socketTo(path: string) {
  const socket = new WebSocket(new URL(path, address.href.replace("http", "ws")));
  const steps: Step[] = [];
  socket.addEventListener("message", ({ data }) => steps.push(JSON.parse(String(data)) as Step));
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  return { socket, closed, numbers: () => steps.map(({ sequence }) => sequence), steps };
}

describe("the WebSocket", () => {
  test("brings the same steps, and closes normally after the last", async () => {
    const { created, paid, cancelled } = ways("socket");
    await hear(created);
    const { closed, numbers, steps } = await socketTo("/orders/socket/ws");
    await until(() => (numbers().length === 1 ? true : undefined));
    await hear(paid);
    await hear(cancelled);
    expect(await closed).toBe(1000);
    expect(numbers()).toEqual([1, 2, 3]);
    expect(steps[2]).toEqual({
      orderId: "socket",
      sequence: 3,
      status: "CANCELLED",
      at: expect.any(String),
      reason: "CUSTOMER_REQUEST",
    });
  });

  test("is resumed by ?after=, and closes at once when nothing more will come", async () => {
    await keep(stepOf("sock2", 1, "CREATED"), stepOf("sock2", 2, "CANCELLED"));
    const resumed = await socketTo("/orders/sock2/ws?after=1");
    expect([await resumed.closed, resumed.numbers()]).toEqual([1000, [2]]);
    const late = await socketTo("/orders/sock2/ws?after=2");
    expect([await late.closed, late.numbers()]).toEqual([1000, []]);
  });

  test("says nothing of the customer", async () => {
    const { created, paid, cancelled } = ways("private");
    for (const event of [created, paid, cancelled]) await hear(event);
    const { closed, steps } = await socketTo("/orders/private/ws");
    await closed;
    expect(JSON.stringify(steps)).not.toMatch(/alice|Lyon|Rue/);
  });
});

describe("many followers", () => {
  let hub: Followers;
  let looks = 0;
  beforeAll(() => {
    const read = (work: (context: never) => Promise<unknown>) => {
      looks += 1;
      return service.transact({}, async (context) => ({ events: [], result: await work(context as never) }));
    };
    hub = followers({ read } as unknown as ServiceRuntime, 50);
  });
  afterAll(() => hub.close());

  const join = async (count: number, orders: number, gone: () => void = () => undefined) => {
    const got: number[][] = [];
    for (let index = 0; index < count; index += 1) {
      const mine: number[] = [];
      got.push(mine);
      await hub.follow({
        orderId: `many-${index % orders}`,
        after: 0,
        take: ({ sequence }) => mine.push(sequence) > 0,
        end: gone,
      });
    }
    return got;
  };

  test("each get each step once, with few questions to the database for all", async () => {
    let gone = 0;
    const got = await join(500, 50, () => (gone += 1));
    const before = looks;
    await keep(...Array.from({ length: 50 }, (_, order) => stepOf(`many-${order}`, 1, "CREATED")));
    await until(() => (got.every((mine) => mine.length === 1) ? true : undefined));
    await keep(...Array.from({ length: 50 }, (_, order) => stepOf(`many-${order}`, 2, "CANCELLED")));
    await until(() => (gone === 500 ? true : undefined));
    expect(got.every((mine) => mine.join() === "1,2")).toBe(true);
    expect(hub.count).toBe(0);
    expect(looks - before).toBeLessThan(500);
  });

  test("leave nothing behind when they go", async () => {
    process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
    const gc = process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
    const round = async (): Promise<number> => {
      const leaving = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          hub.follow({ orderId: `gone-${index}`, after: 0, take: () => true, end: () => undefined }),
        ),
      );
      for (const leave of leaving) leave();
      gc();
      return process.memoryUsage().heapUsed;
    };
    for (let warm = 0; warm < 2; warm += 1) await round();
    const first = await round();
    for (let more = 0; more < 3; more += 1) await round();
    expect((await round()) - first).toBeLessThan(2_000_000);
    expect(hub.count).toBe(0);
  });
});

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { told, hearing } from "../../../e2e/support/hearing.ts";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { handlers } from "../../../services/tracking/src/handlers.ts";
import { tracking } from "../../../services/tracking/src/main.ts";
import { followOrder, type Condition, type Step } from "../src/index.ts";

let service: ServiceAlone;
let hear: ReturnType<typeof hearing>;
let url: string;
beforeAll(async () => {
  service = await serviceAlone(tracking);
  hear = hearing(service, handlers);
  url = await service.http.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => service.close());

const who = { customerId: "alice", email: "alice@example.com" };
const total = { amount: 1250, currency: "EUR" };
const shippingAddress = { name: "Alice", line1: "1 Rue", city: "Lyon", postalCode: "69003", country: "FR" };
const shipment = { shipmentId: "s", carrier: "Swift Parcel", trackingNumber: "SP1" };
const story = (orderId: string) =>
  [
    told("OrderCreated.v1", { orderId, customerId: "alice", items: [], totalPrice: 1250 }),
    told("OrderPaid.v1", { orderId, customerId: "alice", total, items: [], shippingAddress }, { sequence: 2 }),
    told("OrderShipped.v1", { orderId, ...who, ...shipment }, { sequence: 3 }),
    told("OrderCancelled.v1", { orderId, ...who, reason: "CUSTOMER_REQUEST", previousStatus: "PAID" }, { sequence: 4 }),
  ] as const;

async function all(steps: AsyncIterable<Step>): Promise<Step[]> {
  const seen: Step[] = [];
  for await (const step of steps) seen.push(step);
  return seen;
}

describe.each(["sse", "websocket"] as const)("following by %s", (transport) => {
  test("gives each step once, as it happens, with what its event tells, and ends with the last", async () => {
    const [created, paid, shipped, cancelled] = story(`live-${transport}`);
    const steps = followOrder(url, `live-${transport}`, { transport });
    await hear(created);
    expect((await steps.next()).value).toMatchObject({ sequence: 1, status: "CREATED", at: created.timestamp });
    await hear(paid);
    await hear(paid);
    expect((await steps.next()).value).toMatchObject({ sequence: 2, status: "PAID" });
    await hear(shipped);
    expect((await steps.next()).value).toMatchObject({ sequence: 3, status: "SHIPPED", carrier: "Swift Parcel" });
    await hear(cancelled);
    expect((await steps.next()).value).toMatchObject({ sequence: 4, status: "CANCELLED", reason: "CUSTOMER_REQUEST" });
    expect((await steps.next()).done).toBe(true);
  });

  test("begins after the step that is known", async () => {
    for (const event of story(`known-${transport}`)) await hear(event);
    const steps = await all(followOrder(url, `known-${transport}`, { transport, after: 2 }));
    expect(steps.map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  test("ends when it is told to", async () => {
    const stop = new AbortController();
    await hear(story(`left-${transport}`)[0]);
    const steps = followOrder(url, `left-${transport}`, { transport, signal: stop.signal });
    await steps.next();
    stop.abort();
    expect((await steps.next()).done).toBe(true);
  });
});

/** A line to the server that can be cut, and that can refuse to carry anything that looks like `refused`. */
async function line(refused?: RegExp): Promise<{ url: string; cut(): void; close(): void }> {
  const ends = new Set<Socket>();
  const server: Server = createServer((near) => {
    near.once("data", (first: Buffer) => {
      if (refused?.test(first.toString())) return; // held back: nothing ever comes
      const far = connect(Number(new URL(url).port), "127.0.0.1");
      ends.add(far);
      far.write(first);
      near.pipe(far).pipe(near);
      far.on("error", () => near.destroy());
      far.on("close", () => near.destroy());
    });
    ends.add(near);
    near.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of ends) socket.destroy();
    ends.clear();
  };
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}

describe("a line that breaks", () => {
  test.each(["sse", "websocket"] as const)("is taken up again by %s without a gap or a double", async (transport) => {
    const [created, paid, shipped, cancelled] = story(`cut-${transport}`);
    const wire = await line();
    const conditions: Condition[] = [];
    const steps = followOrder(wire.url, `cut-${transport}`, {
      transport,
      pauseMs: 1,
      onCondition: (condition) => conditions.push(condition),
    });
    await hear(created);
    await hear(paid);
    expect([(await steps.next()).value, (await steps.next()).value]).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    wire.cut();
    await hear(shipped);
    await hear(cancelled);
    expect((await all(steps)).map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(conditions.filter((condition) => condition === "waiting").length).toBeGreaterThan(0);
    wire.close();
  });

  test("is left for a WebSocket when it holds streams back", async () => {
    for (const event of story("held")) await hear(event);
    const wire = await line(/GET \/orders\/held\/stream/);
    const steps = await all(followOrder(wire.url, "held", { silenceMs: 200, pauseMs: 1 }));
    expect(steps.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    wire.close();
  });
});

test("a refusal that would come again is thrown, with what the server said", async () => {
  await expect(all(followOrder(url, "x".repeat(200), { transport: "sse" }))).rejects.toMatchObject({
    name: "FollowError",
    status: 400,
    message: expect.stringContaining("orderId"),
  });
});

// What is sent and heard in the measurements: orders as the shop writes them, under the generated contract.
import { randomUUID } from "node:crypto";
import { defineService, type EventCodec, type Handler, type NewEvent, type Service } from "@eventpact/messaging";
import * as events from "@shop/events";
import { orderCreated } from "@shop/events";

/** The contract of the shop, with the topic of orders under a name of its own, so that each round begins at an empty one. */
export function codecWith(topic: string): EventCodec {
  const { catalog } = events;
  const renamed = Object.entries(catalog.events).map(([name, event]) => [
    name,
    event.topic === "order-events" ? { ...event, topic } : event,
  ]);
  const { "order-events": orders, ...others } = catalog.topics;
  if (orders === undefined) throw new Error("The contracts have no topic order-events.");
  return {
    catalog: { ...catalog, events: Object.fromEntries(renamed), topics: { ...others, [topic]: orders } },
    decode: events.decode,
    read: events.read,
    validate: events.validate,
  };
}

const nothing: Handler<never> = () => [];

/** The shop's inventory and order service with nothing to do: what is left is the runtime. */
export function trivial(name: "inventory" | "order", topic: string, handler: Handler<never> = nothing): Service {
  const codec = codecWith(topic);
  const heard = codec.catalog.services[name]?.receives ?? [];
  return defineService({
    name,
    events: codec,
    handlers: Object.fromEntries(heard.map(({ event }) => [event, handler])),
  });
}

const mug = {
  productId: "ceramic-mug",
  name: "Ceramic mug",
  quantity: 1,
  unitPrice: { amount: 1250, currency: "EUR" },
};
const beans = {
  productId: "espresso-beans-1kg",
  name: "Espresso beans 1 kg",
  quantity: 2,
  unitPrice: { amount: 1890, currency: "EUR" },
};

/** `count` orders of two lines, four events for each key, those of one key far apart. */
export function orders(count: number): NewEvent[] {
  const keys = Array.from({ length: Math.max(1, Math.ceil(count / 4)) }, () => randomUUID());
  return Array.from({ length: count }, (_, index) =>
    orderCreated({
      orderId: keys[index % keys.length] ?? "",
      customerId: "alice",
      email: "alice@example.com",
      items: [beans, mug],
      total: { amount: 5030, currency: "EUR" },
      shippingAddress: {
        name: "Alice Martin",
        line1: "12 Rue des Lilas",
        city: "Lyon",
        postalCode: "69003",
        country: "FR",
      },
    }),
  );
}

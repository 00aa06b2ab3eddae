import { expect, test } from "@jest/globals";
import type { Decoded, Envelope, EventCodec } from "../src/index.ts";
import { bench, until } from "./support/bench.ts";
import { bytesOf, codec, stock } from "./support/shop.ts";

const bed = bench();

/** A decoder as a policy has them: it fills in the quantity and leaves out what is not declared. */
const completing: EventCodec = {
  ...codec,
  decode: (bytes) => completed(codec.decode(bytes)),
  read: (event, value) => completed(codec.read(event, value)),
};

function completed(decoded: Decoded): Decoded {
  if (!decoded.ok) return decoded;
  const { id, quantity = 1 } = decoded.envelope.data as { id: string; quantity?: number };
  return { ...decoded, envelope: { ...decoded.envelope, data: { id, quantity } } };
}

const sent = bytesOf("Placed", "a", 1, { data: { id: "a", note: "undeclared" } });

test("a handler is given the completed event, live and in a replay; a dead letter keeps the bytes that came", async () => {
  const seen: unknown[] = [];
  const handler = ({ data }: Envelope): never => {
    seen.push(data);
    throw Object.assign(new Error("broken"), { retryable: false });
  };
  const { runtime, transport } = await bed.run([stock(handler, { events: completing })]);
  transport.inject({ topic: "sales-events", key: Buffer.from("a"), value: sent });
  const { deadLetters, replay } = runtime.service("stock");
  await until(async () => (await deadLetters.depth()) === 1);
  const [letter] = await deadLetters.list();
  expect(Buffer.from((await deadLetters.show(letter?.id ?? "")).value ?? [])).toEqual(Buffer.from(sent));
  await expect(replay({ topic: "sales-events" })).rejects.toThrow("broken");
  expect(seen).toEqual([
    { id: "a", quantity: 1 },
    { id: "a", quantity: 1 },
  ]);
});

test("an upcaster reads the completed event, and what it makes is read in the same way", async () => {
  const given: unknown[] = [];
  const handled: unknown[] = [];
  const upcast = (data: { id: string }): object => (given.push(data), { id: data.id, note: "undeclared" });
  const upcasters = [{ from: "Placed.v1", to: "Placed.v2", upcast }];
  const handlers = { "Placed.v2": ({ data }: Envelope): [] => (handled.push(data), []) };
  const service = { ...stock(() => []), events: completing, handlers, upcasters };
  const { transport } = await bed.run([service]);
  transport.inject({ topic: "sales-events", key: Buffer.from("a"), value: sent });
  await until(() => handled.length === 1);
  expect([given, handled]).toEqual([[{ id: "a", quantity: 1 }], [{ id: "a", quantity: 1 }]]);
});

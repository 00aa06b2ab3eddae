import { expect, test } from "@jest/globals";
import type { Failpoints } from "../src/index.ts";
import { bench, until } from "./support/bench.ts";
import { audit, bytesOf, sales } from "./support/shop.ts";

const bed = bench();
const key = (text: string) => new TextEncoder().encode(text);
const first = { topic: "sales-events", partition: 0 };

test("a record that kills the process is found among others, and the others are not blamed", async () => {
  const heard: string[] = [];
  const listener = () => audit((event) => (heard.push(event.data.id), []));
  let world = await bed.run([sales()]);
  const { clock, transport } = world;
  for (const id of ["a", "b"]) transport.inject({ ...first, key: key(id), value: bytesOf("Placed", id, 1) });
  transport.inject({ ...first, key: key("killer"), value: bytesOf("Cancelled", "killer", 1) });
  transport.inject({ ...first, key: key("c"), value: bytesOf("Placed", "c", 1) });
  const gate = Promise.withResolvers<void>();
  // It dies over its batch; over its batch once more, which was noted; and then over that one record.
  for (let death = 0; death < 3; death += 1) {
    const reached = Promise.withResolvers<void>();
    const failpoints: Failpoints = {
      hit: (name, { events }) => {
        if (name !== "consumer.before_tx" || !events.includes("Cancelled.v1")) return undefined;
        reached.resolve();
        return gate.promise;
      },
    };
    world = await bed.run([listener()], { clock, transport, failpoints });
    await reached.promise;
    world.crash();
  }
  expect(heard).toEqual(["a", "b"]);
  world = await bed.run([listener()], { clock, transport, settings: { attemptsAtMs: [0, 3_600_000] } });
  await until(() => heard.includes("c"));
  expect(await world.runtime.service("audit").parked()).toMatchObject([{ key: "killer", why: "retry", attempts: 1 }]);
  gate.resolve();
});

import { describe, expect, test } from "@jest/globals";
import { readModel } from "../../src/model/read-model.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { flowsOf } from "../../src/site/facts/flows.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

interface Told {
  readonly id: string;
  readonly cause?: string;
  readonly at: string;
  readonly story?: string;
}

const message = (name: string, told: readonly Told[]): string => `
      ${name}:
        name: ${name}
        payload: { type: object }
        examples:
${told
  .map(
    ({ id, cause, at, story = "s1" }) =>
      `          - { name: "${id}", payload: { eventId: "${id}", correlationId: "${story}", timestamp: "2026-01-01T00:00:${at}Z"${cause ? `, causationId: "${cause}"` : ""} } }`,
  )
  .join("\n")}`;

const document = (
  service: string,
  messages: string,
  operations: readonly (readonly ["send" | "receive", string])[],
): string => `
asyncapi: 3.0.0
id: urn:test:${service}
info: { title: ${service}, version: 1.0.0 }
channels:
  topic:
    address: topic
    messages: ${messages}
operations:
${operations
  .map(
    ([action, name]) =>
      `  ${action}${name}: { action: ${action}, channel: { $ref: "#/channels/topic" }, messages: [{ $ref: "#/channels/topic/messages/${name}" }] }`,
  )
  .join("\n")}
`;

const messages =
  message("Placed", [{ id: "e1", at: "00" }]) +
  message("Reserved", [{ id: "e2", cause: "e1", at: "02" }]) +
  message("Paid", [{ id: "e3", cause: "e2", at: "05" }]) +
  message("Refused", [
    { id: "e4", cause: "lost", at: "09", story: "s2" },
    { id: "e5", at: "08", story: "s2" },
    { id: "e6", cause: "e5", at: "10", story: "s2" },
  ]);

async function flows(receivesReserved = true): Promise<ReturnType<typeof flowsOf>> {
  const files = {
    "order.yaml": document("order", messages, [
      ["send", "Placed"],
      ["receive", "Paid"],
    ]),
    "stock.yaml": document("stock", messages, [
      ["receive", "Placed"],
      ["send", "Reserved"],
    ]),
    "pay.yaml": document("pay", messages, [
      ["receive", "Placed"],
      ...(receivesReserved ? ([["receive", "Reserved"]] as const) : []),
      ["send", "Paid"],
    ]),
  };
  return flowsOf(await readModel(".", { fileSystem: memoryFileSystem(files) }));
}

describe("flows are told by the examples", () => {
  test("those with one correlation id are one story, in the order of causes and times", async () => {
    const [story] = await flows();
    expect(story?.name).toBe("Placed → Paid");
    expect(story?.participants).toEqual(["order", "stock", "pay"]);
    expect(
      story?.steps.map(({ event, sender, cause, reactors, listeners, afterMs }) => [
        event,
        sender,
        cause,
        reactors,
        listeners,
        afterMs,
      ]),
    ).toEqual([
      ["Placed", "order", undefined, ["stock"], ["pay"], 0],
      ["Reserved", "stock", 0, ["pay"], [], 2000],
      ["Paid", "pay", 1, [], ["order"], 5000],
    ]);
    expect(story?.steps.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  test("a sender that does not receive the cause is told of", async () => {
    const [story] = await flows(false);
    expect(story?.steps[2]?.troubles).toEqual([{ code: "cause-not-received", service: "pay", cause: "Reserved" }]);
  });

  test("a cause that is no example, and an event that nobody sends, are told of", async () => {
    const story = (await flows()).find(({ id }) => id === "s2");
    expect(story?.steps.map(({ example, cause }) => [example, cause])).toEqual([
      ["e5", undefined],
      ["e4", "absent"],
      ["e6", 0],
    ]);
    expect(story?.steps[0]?.troubles).toEqual([{ code: "no-sender" }]);
  });

  test("a story whose first step was caused by no example, or is not its key's first event, begins in the middle", async () => {
    const [story, other] = await flows();
    expect(story?.missing).toBeUndefined();
    expect(other?.missing).toBeUndefined();
    const middle =
      message("Reserved", [{ id: "e2", cause: "e1", at: "02" }]) +
      message("Paid", [{ id: "e3", cause: "e2", at: "05" }]);
    const late = (sequence: number): string =>
      `
      Cancelled:
        name: Cancelled
        x-key-location: $message.payload#/order
        payload: { type: object }
        examples:
          - { payload: { eventId: e7, correlationId: s3, order: s3, sequence: ${sequence}, timestamp: "2026-01-01T00:00:00Z" } }
      Refunded:
        name: Refunded
        payload: { type: object }
        examples:
          - { payload: { eventId: e8, correlationId: s3, causationId: e7, sequence: 9, timestamp: "2026-01-01T00:00:01Z" } }`;
    const told = async (messages: string): Promise<unknown> =>
      flowsOf(await readModel(".", { fileSystem: memoryFileSystem({ "a.yaml": document("a", messages, []) }) })).map(
        ({ missing }) => missing,
      );
    expect(await told(middle)).toEqual([{ code: "cause", eventId: "e1" }]);
    expect(await told(late(4))).toEqual([{ code: "earlier", sequence: 4 }]);
    expect(await told(late(1))).toEqual([undefined]);
  });

  test("those of the shop all begin at their beginning", async () => {
    const fileSystem = nodeFileSystem(new URL("../../../..", import.meta.url).pathname);
    const told = flowsOf(await readModel("asyncapi", { fileSystem }));
    expect(told.map(({ steps, missing }) => [steps[0]?.event, missing])).toEqual(
      told.map(() => ["OrderCreated.v2", undefined]),
    );
    expect(told).toHaveLength(4);
  });

  test("an id that was copied into examples of several events tells no story", async () => {
    const copied = message("Placed", [{ id: "e1", at: "00" }]) + message("Paid", [{ id: "e1", cause: "e1", at: "01" }]);
    const files = {
      "order.yaml": document("order", copied, [
        ["send", "Placed"],
        ["send", "Paid"],
      ]),
    };
    expect(flowsOf(await readModel(".", { fileSystem: memoryFileSystem(files) }))).toEqual([]);
  });
});

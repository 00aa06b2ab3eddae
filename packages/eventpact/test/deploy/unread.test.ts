import { describe, expect, test } from "@jest/globals";
import { noMemo } from "../../src/cache/memo.ts";
import { contentsOf } from "../../src/deploy/contents.ts";
import { canRead } from "../../src/deploy/reading.ts";
import { judgeOf } from "../../src/judge/judge.ts";
import { readModel } from "../../src/model/read-model.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

const schemas = judgeOf({ policy: "tolerant", writtenKeys: [] }, noMemo);

const document = (service: string, action: string, payload: string): string => `asyncapi: 3.0.0
id: urn:test:${service}
info: { title: ${service}, version: 1.0.0 }
channels:
  orders: { address: orders, messages: { OrderPlaced: { payload: ${payload} } } }
operations:
  ${action}It: { action: ${action}, channel: { $ref: "#/channels/orders" } }
`;

async function reads(payload: string): Promise<string> {
  const fileSystem = memoryFileSystem({
    "asyncapi/order.yaml": document("order", "send", payload),
    "asyncapi/email.yaml": document("email", "receive", payload),
  });
  const model = await readModel("asyncapi", { fileSystem });
  const [order, email] = ["order", "email"].map((service) => contentsOf(model, [], service).contents);
  const sent = order?.sends[0];
  if (!sent || !email) throw new Error("the documents send nothing");
  return canRead(email, sent, { schemas, settings: { readers: "validate" }, memo: noMemo }).verdict;
}

describe("what was not read", () => {
  test("is unknown to the gate, also where both versions say the same: what stands there may be another thing in each", async () => {
    expect(await reads('{ $ref: "https://example.com/order.json" }')).toBe("unknown");
    expect(await reads('{ properties: { a: { $ref: "./gone.yaml" } } }')).toBe("unknown");
    expect(await reads("{ type: object }")).toBe("yes");
  });

  test("proves and refutes nothing, whatever is asked of the judge", () => {
    const gap = {
      schema: {},
      dialect: "draft-07",
      unread: [{ what: "$ref: x:y", message: `"x:y" is not read.` }],
    } as const;
    const whole = { schema: { type: "string" }, dialect: "draft-07" } as const;
    for (const { verdict, note } of [
      schemas.judge(gap, whole),
      schemas.judge(whole, gap),
      schemas.compare(whole, gap).backward,
      schemas.compare(gap, gap).forward,
      schemas.guarantees(gap, {}),
    ])
      expect([verdict, note]).toEqual(["undecided", expect.stringContaining(`"x:y" is not read.`)]);
    expect(schemas.admits(gap, {})).toBe("undecided");
  });
});

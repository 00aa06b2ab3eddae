import { afterAll, describe, test } from "@jest/globals";
import { conformance } from "../../src/testing/index.ts";
import { closeAll, transport } from "./harness.ts";

afterAll(closeAll);

describe("conformance of kafka on a real broker, two clients with connections of their own", () => {
  const cases = conformance({
    name: "kafka",
    features: {
      persistent: true,
      multiProcess: true,
      denseOffsets: false,
      addPartitions: true,
      retention: false,
      groups: true,
      orderedFailures: true,
    },
    open: async () => ({
      transport: await transport(),
      other: await transport(),
      close: async () => undefined,
    }),
    patienceMs: 15_000,
  });
  for (const { name, skipped, run } of cases) {
    (skipped === undefined ? test : test.skip)(skipped === undefined ? name : `${name} (${skipped})`, run);
  }
});

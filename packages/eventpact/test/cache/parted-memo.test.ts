import { describe, expect, test } from "@jest/globals";
import { partedMemo } from "../../src/cache/parted-memo.ts";
import type { Store } from "../../src/cache/store.ts";

function memoryStore(): Store & { readonly written: string[] } {
  const entries = new Map<string, string>();
  const written: string[] = [];
  return {
    written,
    get: (key) => JSON.parse(entries.get(key) ?? "null") ?? undefined,
    put(key, value) {
      written.push(key);
      entries.set(key, JSON.stringify(value));
    },
  };
}

describe("results that are remembered in parts", () => {
  /** One run over these inputs; the inputs that it had to work for. */
  const run = async (store: Store, inputs: readonly string[]): Promise<readonly string[]> => {
    const { memo, late, keep } = partedMemo(store, "key");
    const made: string[] = [];
    for (const input of inputs) {
      const now = memo.once("now", input, () => (made.push(`now ${input}`), { of: input }));
      const later = await late("late", input, async () => (made.push(`late ${input}`), input === "3" ? null : input));
      expect([now, later]).toEqual([{ of: input }, input === "3" ? null : input]);
    }
    keep();
    return made;
  };
  const inputs = Array.from({ length: 500 }, (_, at) => String(at));

  test("work is done once, within a run and from run to run; `null` is a result", async () => {
    const store = memoryStore();
    expect(await run(store, ["1", "3", "1", "3"])).toEqual(["now 1", "late 1", "now 3", "late 3"]);
    expect(await run(store, ["1", "3"])).toEqual([]);
  });

  test("a run writes the parts that hold something new or hold something no longer, and no others", async () => {
    const store = memoryStore();
    await run(store, inputs);
    store.written.length = 0;
    await run(store, inputs);
    expect(store.written).toEqual([]);
    expect(await run(store, inputs.with(7, "another"))).toEqual(["now another", "late another"]);
    expect(store.written.length).toBeGreaterThan(0);
    expect(store.written.length).toBeLessThanOrEqual(4);
    expect(await run(store, inputs)).toEqual(["now 7", "late 7"]);
  });
});

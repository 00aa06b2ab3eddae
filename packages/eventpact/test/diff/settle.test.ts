import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { settleUnchanged } from "../../src/diff/settle.ts";
import type { Side } from "../../src/diff/side.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { rememberedTexts } from "../../src/diff/parse-memo.ts";
import { noStore } from "../../src/cache/store.ts";
import { compareFiles } from "./support/compare-files.ts";
import type { Edit } from "./support/small-shop.ts";
import { edited, smallShop } from "./support/small-shop.ts";

type Files = Readonly<Record<string, string>>;
const paid = "asyncapi/events/order-paid.v1.yaml";
const placed = "asyncapi/events/order-placed.v1.yaml";
const own = (event: string): string =>
  (smallShop[event] ?? "").replace("{ $ref: ../shared/money.yaml }", "{ type: integer }");
/** OrderPaid refers to nothing. */
const alone = { ...smallShop, [paid]: own(paid) };

async function settled(older: Files, newer: Files): Promise<readonly string[]> {
  const side = (files: Files): Side => ({
    kind: "folder",
    label: "",
    fileSystem: memoryFileSystem(files),
    shown: (file) => file,
    close: () => undefined,
  });
  const sides = await settleUnchanged(side(older), side(newer), "asyncapi");
  const decoder = new TextDecoder();
  const seen = await Promise.all(
    Object.keys(newer).map(async (file) => [file, decoder.decode(await sides.newer.fileSystem.read(file))] as const),
  );
  return seen.filter(([file, text]) => text !== newer[file]).map(([file]) => file);
}

const changed = (files: Files, file: string, from: string, to: string): Files => ({
  ...files,
  [file]: (files[file] ?? "").replace(from, to),
});

describe("an event that did not change is settled without its schemas", () => {
  test("when another one or its schema did", async () => {
    expect(await settled(alone, changed(alone, placed, "WEB, APP", "WEB"))).toEqual([paid]);
    expect(await settled(alone, changed(alone, "asyncapi/shared/money.yaml", "integer", "number"))).toEqual([paid]);
    expect(await settled(smallShop, changed(smallShop, "asyncapi/shared/money.yaml", "integer", "number"))).toEqual([]);
  });

  test.each<[string, Files]>([
    ["the channels changed", changed(alone, "asyncapi/shared/channels.yaml", "partitions: 6", "partitions: 3")],
    ["a document changed", changed(alone, "asyncapi/email.yaml", "version: 1.0.0", "version: 1.0.1")],
    ["a message got another name", changed(alone, placed, "name: OrderPlaced.v1", "name: OrderPlaced.v2")],
    ["a file is new", { ...alone, "asyncapi/shared/new.yaml": "type: string\n" }],
  ])("not when %s", async (_, newer) => {
    expect(await settled(alone, newer)).toEqual([]);
  });

  test.each([
    ["a reference out of the folder", "{ $ref: ../../types/money.yaml }"],
    ["a reference that is written with escapes", String.raw`{ $ref: "../shared/mone\u0079.yaml" }`],
    ["a reference that is percent-encoded", "{ $ref: ../shared/mone%79.yaml }"],
    ["a reference to a name with spaces", '{ $ref: "../shared/my money.yaml" }'],
    ["a reference whose key is written with escapes", String.raw`{ "\u0024ref": ../shared/money.yaml }`],
    ["a reference in a folded text", "\n          $ref: >-\n            ../shared/money.yaml"],
  ])("not with %s", async (_, reference) => {
    const older = changed(alone, paid, "{ type: integer }", reference);
    expect(await settled(older, changed(older, placed, "WEB, APP", "WEB"))).toEqual([]);
  });

  test("not when another file refers into it", async () => {
    const older = changed(
      alone,
      "asyncapi/email.yaml",
      "defaultContentType",
      "x-like: order-paid.v1.yaml#/payload\ndefaultContentType",
    );
    expect(await settled(older, changed(older, placed, "WEB, APP", "WEB"))).toEqual([]);
  });
});

describe("the answer is the same as when everything is read", () => {
  const shop = fileURLToPath(new URL("../../../../asyncapi", import.meta.url));
  const files: Record<string, string> = {};
  for (const name of readdirSync(shop, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".yaml")) files[`asyncapi/${name}`] = readFileSync(join(shop, name), "utf8");
  const { memo } = rememberedTexts(noStore, "", "");

  test.each<Edit>([
    ["asyncapi/shared/parcel.yaml", "type: string", "type: [string, integer]"],
    ["asyncapi/shared/channels.yaml", "partitions: 6", "partitions: 12"],
    ["asyncapi/events/order-created.v2.yaml", "maxItems: 100", "maxItems: 10"],
    ["asyncapi/events/order-created.v1.yaml", "x-lifecycle: retained", "x-lifecycle: deprecated"],
    ["asyncapi/email.yaml", "OrderCreated.v1", "OrderPaid.v1"],
  ])("in %s: %s → %s", async (file, from, to) => {
    const newer = { ...files, [file]: (files[file] ?? "").replace(from, to) };
    expect(newer[file]).not.toBe(files[file]);
    const quick = await compareFiles(newer, { older: files, memo });
    expect(quick).toEqual(await compareFiles(newer, { older: files, memo, readsAll: true }));
    expect(quick.changes.length).toBeGreaterThan(0);
  });

  test("for an event that is gone, too", async () => {
    const gone = edited(["asyncapi/shared/channels.yaml", /.*OrderPaid.v1.*\n/, ""]);
    expect(await compareFiles(gone)).toEqual(await compareFiles(gone, { readsAll: true }));
  });
});

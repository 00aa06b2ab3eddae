import { cp, mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { main } from "../../src/cli.ts";
import type { Io } from "../../src/command-line/command.ts";
import { begin } from "../../src/commands/new.ts";
import { writeAll } from "../../src/new/apply.ts";
import { conversation } from "../../src/new/ask.ts";
import { temporaryFolder } from "../emit/temporary-folder.ts";

describe("eventpact new", () => {
  let begun: string | undefined;
  let begunWith = "";
  let root: string;
  let said: string;
  let io: Io;
  const run = (...args: string[]): Promise<number> => main(args, io);
  const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");
  const everything = async (): Promise<Record<string, string>> => {
    const paths = (await readdir(join(root, "asyncapi"), { recursive: true })).filter((path) => path.endsWith(".yaml"));
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await read(`asyncapi/${path}`)] as const)),
    );
  };

  beforeEach(async () => {
    root = await temporaryFolder();
    said = "";
    const output = { write: (text: string): void => void (said += text), isTerminal: false };
    io = { cwd: root, env: {}, stdout: output, stderr: output, now: () => new Date(0) };
    await mkdir(join(root, "asyncapi"));
  });

  /** A folder begun with nothing: two services and an event between them. Made by the command once, then copied. */
  async function beginShop(): Promise<void> {
    if (begun) return cp(begun, root, { recursive: true });
    expect(await run("new", "service", "order", "--description", "Takes orders.")).toBe(0);
    expect(await run("new", "service", "stock", "--description", "Keeps goods.")).toBe(0);
    const flags = ["--service", "order", "--summary", "An order was placed.", "--key", "orderId", "--to", "stock"];
    expect(await run("new", "event", "OrderPlaced", ...flags)).toBe(0);
    begunWith = said;
    begun = await temporaryFolder();
    await cp(root, begun, { recursive: true });
  }

  test("begins a folder from nothing, which passes check without a word and generates", async () => {
    await beginShop();
    said = "";
    expect(await run("check", "--fail-on", "warning")).toBe(0);
    expect(said).toContain("nothing found");
    expect(await run("generate")).toBe(0);
    expect(await read("generated/index.d.ts")).toContain(
      "export declare function orderPlaced(data: OrderPlacedV1Data): NewEvent<'OrderPlaced.v1'>;",
    );
    expect(await read("generated/index.d.ts")).toContain("stock: 'OrderPlaced.v1';");
  });

  test("makes the folder asyncapi/ for the first document of a repository", async () => {
    await rmdir(join(root, "asyncapi"));
    await writeFile(join(root, "package.json"), "{}");
    expect(await run("new", "service", "order", "--description", "Takes orders.")).toBe(0);
    expect(Object.keys(await everything())).toEqual(["order.yaml"]);
  });

  test("says what it wrote and what remains", async () => {
    await beginShop();
    expect(begunWith).toContain(
      "  new      asyncapi/events/order-placed.v1.yaml\n  changed  asyncapi/order.yaml\n  changed  asyncapi/stock.yaml",
    );
    expect(begunWith).toContain("order: send it, as orderPlaced({ orderId, … }).");
    expect(begunWith).toContain('stock: handle it, with a row "OrderPlaced.v1" in its table of handlers.');
  });

  test("makes a next version that takes the place of the one before, which readers still understand", async () => {
    await beginShop();
    expect(await run("new", "version", "OrderPlaced")).toBe(0);
    expect(await read("asyncapi/events/order-placed.v1.yaml")).toContain("x-lifecycle: retained");
    const next = await read("asyncapi/events/order-placed.v2.yaml");
    expect(next).toContain("name: OrderPlaced.v2");
    expect(next).toContain("const: 2");
    expect(await read("asyncapi/order.yaml")).not.toMatch(/- \$ref: .*OrderPlaced\.v1/);
    expect((await read("asyncapi/stock.yaml")).match(/- \$ref: .*OrderPlaced\.v\d/g)).toHaveLength(2);
    expect(await run("check")).toBe(0);
    expect(await run("new", "version", "OrderPlaced.v2", "--previous", "active")).toBe(0);
    expect((await read("asyncapi/order.yaml")).match(/- \$ref: .*OrderPlaced\.v\d/g)).toHaveLength(2);
    expect(await run("check")).toBe(0);
  });

  test("makes a service that hears what there is", async () => {
    await beginShop();
    expect(await run("new", "service", "mail", "--description", "Writes.", "--receives", "OrderPlaced")).toBe(0);
    expect(await run("check")).toBe(0);
    expect(await read("asyncapi/mail.yaml")).toContain("receiveOrderPlaced:");
  });

  test("changes nothing but what it adds in hand-written documents, comments and layout included", async () => {
    await cp(new URL("../../../../asyncapi", import.meta.url), join(root, "asyncapi"), { recursive: true });
    const before = await everything();
    const flags = ["--service", "order", "--summary", "The parcel came back.", "--to", "inventory"];
    expect(await run("new", "event", "OrderReturned", ...flags)).toBe(0);
    expect(await run("new", "version", "OrderCreated")).toBe(0);
    for (const [path, text] of Object.entries(await everything())) {
      const old = new Set(before[path]?.split("\n"));
      const gone = [...old].filter((line) => !text.split("\n").includes(line));
      // The send operation's old version, and the old version's lifecycle.
      expect(gone.length).toBeLessThanOrEqual(["order.yaml", "events/order-created.v2.yaml"].includes(path) ? 1 : 0);
    }
    said = "";
    expect(await run("check", "--only-documents")).toBe(0);
  });

  test.each<[string, string[], string]>([
    ["no kind", [], "New what?"],
    ["an unknown kind", ["evnt", "X"], "event"],
    [
      "a name in the imperative",
      ["event", "PlaceOrder", "--service", "order", "--summary", "s", "--key", "id"],
      "not in the past tense",
    ],
    [
      "a name that is none",
      ["event", "../x", "--service", "order", "--summary", "s", "--key", "id"],
      "not the name of an event",
    ],
    [
      "a key that is none",
      ["event", "OrderSent", "--service", "order", "--summary", "s", "--key", "a b"],
      "cannot be the name of a property",
    ],
    [
      "an event that is there",
      ["event", "OrderPlaced", "--service", "order", "--summary", "s", "--key", "id"],
      "eventpact new version OrderPlaced",
    ],
    [
      "a sender that is not there",
      ["event", "OrderSent", "--service", "ordr", "--summary", "s", "--key", "id"],
      "order",
    ],
    [
      "another service's topic",
      ["event", "GoodsCounted", "--service", "stock", "--topic", "order-events", "--summary", "s", "--key", "id"],
      "one writer",
    ],
    ["a version of nothing", ["version", "OrderPlacd"], "OrderPlaced"],
    ["an unknown lifecycle", ["version", "OrderPlaced", "--previous", "gone"], "retained, deprecated, active"],
    ["a service that is there", ["service", "order", "--description", "d"], "there already"],
    ["a service called like a path", ["service", "../../x", "--description", "d"], "not the name of a service"],
    ["an event nobody knows", ["service", "mail", "--description", "d", "--receives", "OrderPlacd"], "OrderPlaced"],
    [
      "an answer left open, with nobody to ask",
      ["event", "OrderSent", "--service", "order", "--key", "id"],
      "Answer with --summary",
    ],
    ["two names", ["service", "a", "b"], "One service at a time"],
  ])("refuses %s with exit code 2 and writes nothing", async (_what, args, message) => {
    await beginShop();
    const before = await everything();
    said = "";
    expect(await run("new", ...args)).toBe(2);
    expect(said).toContain(message);
    expect(await everything()).toEqual(before);
  });

  test("refuses what would not pass check, shows why, and writes nothing", async () => {
    await beginShop();
    // The version's number stands in a file of its own, which a copy cannot change.
    const event = (await read("asyncapi/events/order-placed.v1.yaml")).replace(
      /version:\n +description:.*\n +type: integer\n +const: 1/,
      "version: { $ref: ../one.yaml }",
    );
    await writeFile(join(root, "asyncapi/events/order-placed.v1.yaml"), event);
    await writeFile(join(root, "asyncapi/one.yaml"), "description: One.\ntype: integer\nconst: 1\n");
    expect(await run("check")).toBe(0);
    const before = await everything();
    expect(await run("new", "version", "OrderPlaced")).toBe(1);
    expect(said).toContain("Nothing was written: the result would not pass `eventpact check`.");
    expect(await everything()).toEqual(before);
  });

  test("writes nothing on a dry run", async () => {
    await beginShop();
    const before = await everything();
    expect(await run("new", "version", "OrderPlaced", "--dry-run")).toBe(0);
    expect(said).toContain("Would write OrderPlaced.v2");
    expect(await everything()).toEqual(before);
  });

  test("asks for what flags leave open, offers what is usual, and asks again after a useless answer", async () => {
    await beginShop();
    const input = new PassThrough();
    const output = new PassThrough();
    let asked = "";
    const answers: [string, string][] = [
      ["Which service says so?", "order"],
      ["What happened, in one sentence?", ""],
      ["An answer is needed.", "The order was packed."],
      ["What else should readers know? (The order was packed.)", ""],
      ["To which topic does it go? (order-events)", ""],
      ["Which property of data is the message key? (orderId)", ""],
      ["Who receives it, separated by commas?", "stock"],
    ];
    output.on("data", (chunk: Buffer) => {
      asked += chunk.toString();
      const [next] = answers;
      if (next && asked.includes(next[0])) {
        answers.shift();
        asked = "";
        input.write(`${next[1]}\n`);
      }
    });
    expect(await begin({ values: {}, positionals: ["event", "OrderPacked"] }, io, conversation(input, output))).toBe(0);
    expect(answers).toEqual([]);
    expect(await read("asyncapi/events/order-packed.v1.yaml")).toContain("summary: The order was packed.");
    expect(await run("check")).toBe(0);
  });

  test("ends with a word when the conversation ends early", async () => {
    await beginShop();
    const input = new PassThrough();
    const talk = conversation(input, new PassThrough());
    const asking = begin({ values: {}, positionals: ["event", "OrderPacked"] }, io, talk);
    input.end();
    await expect(asking).rejects.toThrow("Nothing was written");
  });

  test("puts everything back when one file cannot be written", async () => {
    await writeFile(join(root, "a.yaml"), "old\n");
    await mkdir(join(root, "z.yaml/in-the-way"), { recursive: true });
    await expect(
      writeAll(
        root,
        new Map([
          ["a.yaml", "new\n"],
          ["new.yaml", "x\n"],
          ["z.yaml", "y\n"],
        ]),
      ),
    ).rejects.toThrow();
    expect(await read("a.yaml")).toBe("old\n");
    expect((await readdir(root)).toSorted()).toEqual(["a.yaml", "asyncapi", "z.yaml"]);
  });
});

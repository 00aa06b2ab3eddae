import { describe, expect, test } from "@jest/globals";
import { readModel } from "../../src/model/read-model.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { linkFaults, type Link } from "../../src/upcasters/links.ts";
import { repository } from "./support/parcels.ts";

const link = (from: number | string, to: number | string): Link => ({ from: `Packed.v${from}`, to: `Packed.v${to}` });

async function faults(links: readonly Link[], handlers?: readonly string[], receives: readonly number[] = [1, 2, 3]) {
  using folder = repository("");
  const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(folder.path) });
  const post = model.services.find(({ name }) => name === "post");
  if (post === undefined) throw new Error("There is no post.");
  const service = { ...post, receives: receives.map((one) => ({ operationId: "", event: `Packed.v${one}` })) };
  return linkFaults({ model, service, links, handlers }).map(({ code, message }) => [code, message]);
}

describe("the upcasters of a service as a chain", () => {
  test("are right from every received version to a row", async () => {
    expect(await faults([link(1, 2), link(2, 3)], ["Packed.v3"])).toEqual([]);
    expect(await faults([link(1, 3), link(2, 3)], ["Packed.v3"])).toEqual([]);
    expect(await faults([link(1, 2)], ["Packed.v2", "Packed.v3"])).toEqual([]);
    expect(await faults([link(1, 2), link(2, 3)])).toEqual([]);
  });

  test("are wrong where one names a version that nobody describes", async () => {
    expect(await faults([link(1, 4)], ["Packed.v4"])).toEqual([
      [
        "upcaster-version-unknown",
        "post's upcaster from Packed.v1 to Packed.v4 names Packed.v4, which no document describes.",
      ],
    ]);
    expect((await faults([{ from: "Paked.v1", to: "Packed.v3" }])).map(([code]) => code)).toEqual([
      "upcaster-version-unknown",
    ]);
  });

  test("are wrong where one leads backwards, to itself, or round", async () => {
    const [backwards] = await faults([link(3, 1)], ["Packed.v1"]);
    expect(backwards).toEqual(["upcaster-backwards", "post's upcaster leads from Packed.v3 back to Packed.v1."]);
    expect((await faults([link(2, 2)])).map(([code]) => code)).toEqual(["upcaster-backwards"]);
    expect((await faults([link(1, 2), link(2, 1)])).map(([code]) => code)).toEqual([
      "upcaster-backwards",
      "upcaster-backwards",
    ]);
  });

  test("are wrong where the chain ends before a row", async () => {
    expect(await faults([link(1, 2)], ["Packed.v3"])).toEqual([
      [
        "upcaster-link-missing",
        "From Packed.v1 the upcasters of post lead to Packed.v2, which has neither a row nor an upcaster.",
      ],
    ]);
  });

  test("are wrong where only the list is known and a later chain is not reached", async () => {
    using folder = repository("");
    const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(folder.path) });
    const older = model.events[0];
    const service = model.services.find(({ name }) => name === "post");
    if (older === undefined || service === undefined) throw new Error("There is nothing to ask about.");
    const fourth = { ...older, key: "Packed.v4", version: 4 };
    const found = linkFaults({
      model: { ...model, events: [...model.events, fourth] },
      service,
      links: [link(1, 2), link(3, 4)],
      handlers: undefined,
    });
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      [
        "upcaster-link-missing",
        "From Packed.v1 the upcasters of post lead to Packed.v2, and no further: Packed.v3, from which another leads on to Packed.v4, is not reached.",
      ],
    ]);
  });

  test("are ambiguous where two begin at one version", async () => {
    expect(await faults([link(1, 2), link(1, 3), link(2, 3)], ["Packed.v3"])).toEqual([
      ["upcaster-doubled", "post has two upcasters from Packed.v1: this one, to Packed.v3, is never asked."],
    ]);
  });

  test.each<[string, RegExp, readonly Link[], readonly string[], readonly number[]]>([
    [
      "its version has a row",
      /never asked: Packed\.v1 has a row of its own/,
      [link(1, 3)],
      ["Packed.v1", "Packed.v3"],
      [1, 3],
    ],
    [
      "its version is not received",
      /never asked: post does not receive Packed\.v1/,
      [link(1, 3)],
      ["Packed.v3"],
      [2, 3],
    ],
    ["its version left the documents", /no document describes Packed\.v0 any more/, [link(0, 3)], ["Packed.v3"], [3]],
  ])("has one too many where %s", async (_, message, links, handlers, receives) => {
    expect(await faults(links, handlers, receives)).toEqual([["upcaster-unneeded", expect.stringMatching(message)]]);
  });

  test("needs an upcaster that only others lead to", async () => {
    expect(await faults([link(1, 2), link(2, 3)], ["Packed.v3"], [1, 3])).toEqual([]);
  });

  test("needs none for a version that no topic carries any more", async () => {
    using folder = repository("");
    const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(folder.path) });
    const service = model.services.find(({ name }) => name === "post");
    if (service === undefined) throw new Error("There is no post.");
    const events = model.events.map((event) => (event.key === "Packed.v1" ? { ...event, topics: [] } : event));
    const found = linkFaults({ model: { ...model, events }, service, links: [link(1, 3)], handlers: ["Packed.v3"] });
    expect(found).toMatchObject([
      { code: "upcaster-unneeded", message: expect.stringContaining("no topic carries Packed.v1 any more") },
    ]);
  });
});

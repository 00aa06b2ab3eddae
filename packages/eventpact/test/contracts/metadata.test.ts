import { expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import { dropped, modest, pactOf, repository, rule, type Wish } from "./support/folder.ts";

async function told(wish: Partial<Wish>, settings = "") {
  const files = { "contracts/pacts/post-sales.json": pactOf([{ ...modest, ...wish }, dropped]) };
  using folder = repository(settings === "" ? files : { ...files, "eventpact.yaml": settings });
  const { stdout } = await runCommand(folder.path, ["verify", "--only-schemas", "--format", "json"]);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; severity: string; message: string }[] };
  return diagnostics.map(({ code, severity, message }) => [code, severity, message]);
}

test("metadata that the headers' schema guarantees hold", async () => {
  expect(await told({ metadata: { "event-type": "Placed.v1", contentType: "application/json" } })).toEqual([]);
});

test("a header that cannot be what the contract shows is an example of no event", async () => {
  const found = await told({ metadata: { "event-type": "order-created" } });
  expect(found).toContainEqual(["pact-example-invalid", "error", expect.stringContaining('"Placed.v1"')]);
});

test("a header that the schema leaves out, does not declare, or allows more of is not guaranteed", async () => {
  const rules = { tenant: rule("type"), colour: rule("type") };
  const found = await told({ metadata: { tenant: "acme", colour: "red" }, metadataRules: rules });
  expect(found).toEqual([
    ["pact-field-undeclared", "error", expect.stringContaining("post relies on the header colour, which")],
    ["pact-field-optional", "error", expect.stringContaining("post relies on the header tenant, which Placed.v1 may")],
  ]);
});

test("the key in the metadata is the value that the documents call the key", async () => {
  const wish = { contents: { data: { id: "o-1" } }, rules: { "$.data.id": rule("type") } };
  expect(await told({ ...wish, metadata: { kafka_messageKey: "o-1" } })).toEqual([]);
  expect(await told({ ...wish, metadata: { key: "o-2" } })).toEqual([
    ["pact-example-invalid", "error", expect.stringContaining('its key is "o-2"')],
  ]);
});

const exact = { contents: { data: { status: "PAID" } } };

test("an exact value under a provider state is lawful: the code is asked about it, the schema proves nothing", async () => {
  expect(await told(exact)).toEqual([["pact-value-narrower", "error", expect.anything()]]);
  expect(await told({ ...exact, state: "an order is paid" })).toEqual([
    [
      "pact-value-by-state",
      "info",
      expect.stringContaining('const "PAID" at $.data.status of Placed.v1, in the state'),
    ],
  ]);
});

test("eventpact.yaml sets the severity of what contracts say beside the schemas, and of nothing that the code was asked", async () => {
  expect(await told(exact, "rules: { pact-value-narrower: warning }")).toEqual([
    ["pact-value-narrower", "warning", expect.anything()],
  ]);
  expect(await told(exact, "rules: { pact-value-narrower: off }")).toEqual([]);
  const refused = await told(modest, "rules: { pact-failed: off }");
  expect(refused).toEqual([["config-invalid", "error", expect.stringContaining("pact-failed")]]);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { diagnosticsPage } from "../../src/docs/diagnostics-page.ts";
import { readSpecimens } from "../../src/docs/specimens.ts";

test("docs/diagnostics.md is what the rules say; `node packages/eventpact/src/docs/write-diagnostics-page.ts` writes it", async () => {
  const specimens = await readSpecimens(fileURLToPath(new URL("../fixtures/rules/", import.meta.url)));
  const page = diagnosticsPage(catalogue, (code) => specimens.get(code));
  expect(readFileSync(new URL("../../../../docs/diagnostics.md", import.meta.url), "utf8")).toBe(page);
});

test("no code is in the catalogue twice", () => {
  const codes = catalogue.map(({ code }) => code);
  expect([...new Set(codes)]).toEqual(codes);
});

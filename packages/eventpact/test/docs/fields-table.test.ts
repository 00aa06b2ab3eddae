import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { withFieldsTable } from "../../src/docs/fields-table.ts";

test("docs/compatibility.md has every field as the code judges it; `node packages/eventpact/src/docs/write-fields-table.ts` writes it", () => {
  const page = readFileSync(new URL("../../../../docs/compatibility.md", import.meta.url), "utf8");
  expect(withFieldsTable(page)).toBe(page);
  expect(page).toContain("| `schemaIdLocation` |");
});

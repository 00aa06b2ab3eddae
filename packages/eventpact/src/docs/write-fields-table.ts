// Writes the table of fields into docs/compatibility.md: node packages/eventpact/src/docs/write-fields-table.ts
import { readFileSync, writeFileSync } from "node:fs";
import { withFieldsTable } from "./fields-table.ts";

const page = new URL("../../../../docs/compatibility.md", import.meta.url);
writeFileSync(page, withFieldsTable(readFileSync(page, "utf8")));

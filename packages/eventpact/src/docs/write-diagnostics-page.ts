import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue } from "../diagnostics/catalogue.ts";
import { diagnosticsPage } from "./diagnostics-page.ts";
import { readSpecimens } from "./specimens.ts";
import { writeSettingsSchema } from "./write-settings-schema.ts";

const specimens = await readSpecimens(fileURLToPath(new URL("../../test/fixtures/rules/", import.meta.url)));
const page = diagnosticsPage(catalogue, (code) => specimens.get(code));
writeFileSync(new URL("../../../../docs/diagnostics.md", import.meta.url), page);
writeSettingsSchema();

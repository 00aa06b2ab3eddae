import { writeFileSync } from "node:fs";
import { settingsSchema } from "../config/settings-schema.ts";
import { rules } from "../rules/index.ts";

/** Writes schema/eventpact.schema.json, by which editors complete eventpact.yaml. */
export function writeSettingsSchema(): void {
  const text = `${JSON.stringify(settingsSchema(rules), undefined, 2)}\n`;
  writeFileSync(new URL("../../schema/eventpact.schema.json", import.meta.url), text);
}

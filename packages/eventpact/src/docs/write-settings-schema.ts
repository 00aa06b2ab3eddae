import { writeFileSync } from "node:fs";
import { settingsSchema } from "../config/settings-schema.ts";
import { configurable } from "../config/configurable.ts";

/** Writes schema/eventpact.schema.json, by which editors complete eventpact.yaml. */
export function writeSettingsSchema(): void {
  const text = `${JSON.stringify(settingsSchema(configurable), undefined, 2)}\n`;
  writeFileSync(new URL("../../schema/eventpact.schema.json", import.meta.url), text);
}

import { configurableCodes } from "../contracts/codes.ts";
import { rules } from "../rules/index.ts";
import type { Configurable } from "./settings-schema.ts";

/** All codes whose severity eventpact.yaml may set. */
export const configurable: readonly Configurable[] = [...rules, ...configurableCodes];

import type { Waiver } from "../config/settings.ts";
import { upcasterCodes } from "../upcasters/codes.ts";
import { contractCodes } from "./codes.ts";

/** What only `eventpact verify` can find; a waiver of it is judged there, and not by `check`. */
export const verifyCodes: readonly string[] = [...contractCodes, ...upcasterCodes].map(({ code }) => code);

export const isOfVerify = ({ rule }: Waiver): boolean => verifyCodes.includes(rule);

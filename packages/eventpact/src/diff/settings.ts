import type { Mode, PolicyName } from "@eventpact/compat";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";

/** The section `compatibility` of eventpact.yaml. */
export interface CompatibilitySettings {
  /** For events without `x-compatibility`. FULL: old and new events lie in one topic, and old and new readers run side by side. */
  readonly mode: Mode;
  readonly policy: PolicyName;
  /** The branch, tag or commit that changes are judged against; absent: origin/main, origin/master, main or master. */
  readonly against?: string;
  /** The file of approvals and the folder of contracts, relative to the project root. */
  readonly approvals: string;
  readonly contracts: string;
  /** For policy `evidence`: keys that were written although no schema declares them. */
  readonly writtenKeys: readonly string[];
}

export interface SettingsFault {
  /** In eventpact.yaml. */
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
}

export const modes: readonly Mode[] = [
  "NONE",
  "BACKWARD",
  "FORWARD",
  "FULL",
  "BACKWARD_TRANSITIVE",
  "FORWARD_TRANSITIVE",
  "FULL_TRANSITIVE",
];

/** As in `POLICIES`, which would load the whole engine. */
export const policies: readonly PolicyName[] = ["strict", "tolerant", "lenient", "evidence"];

const known = ["mode", "policy", "against", "approvals", "contracts", "writtenKeys"];

/** Reads the section; what is wrong in it is a fault with its place, and the default holds. */
export function compatibilitySettings(section: Json | undefined): {
  readonly settings: CompatibilitySettings;
  readonly faults: readonly SettingsFault[];
} {
  const faults: SettingsFault[] = [];
  const add = (pointer: string, message: string, hint?: string): void =>
    void faults.push({ pointer: `/compatibility${pointer}`, message, ...(hint === undefined ? {} : { hint }) });
  if (section !== undefined && section !== null && !isObject(section)) add("", `"compatibility" must be a map.`);
  const root = isObject(section) ? section : {};
  for (const key of Object.keys(root))
    if (!known.includes(key))
      add(
        `/${key}`,
        `"compatibility" has no setting "${key}".`,
        didYouMean(key, known) ?? `There are: ${known.join(", ")}.`,
      );
  const word = <T extends string>(key: string, allowed: readonly T[], otherwise: T): T => {
    const value = own(root, key);
    const found = allowed.find((one) => one === value);
    if (value !== undefined && found === undefined)
      add(
        `/${key}`,
        `"${key}" is one of ${allowed.join(", ")}.`,
        typeof value === "string" ? didYouMean(value, allowed) : undefined,
      );
    return found ?? otherwise;
  };
  const text = (key: string): string | undefined => {
    const value = own(root, key);
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    add(`/${key}`, `"${key}" must be text.`);
    return undefined;
  };
  const written = own(root, "writtenKeys");
  const isList = Array.isArray(written) && written.every((name) => typeof name === "string");
  if (written !== undefined && !isList) add("/writtenKeys", `"writtenKeys" is a list of names.`);
  const [against, approvals, contracts] = [text("against"), text("approvals"), text("contracts")];
  const folder = (contracts ?? "contracts").replace(/\/+$/, "");
  const settings = {
    mode: word("mode", modes, "FULL"),
    policy: word("policy", policies, "tolerant"),
    ...(against === undefined ? {} : { against }),
    approvals: approvals ?? `${folder}/approvals.yaml`,
    contracts: folder,
    writtenKeys: isList ? (written as readonly string[]) : [],
  };
  return { settings, faults };
}

import type { Mode, PolicyName } from "@eventpact/compat";
import { readSettings } from "../config/read-settings.ts";
import type { CompatibilitySettings } from "../config/settings.ts";
import { draft } from "./draft.ts";
import { weakening } from "./modes.ts";
import type { Side } from "./side.ts";
import type { Draft } from "./types.ts";

/** What judges a change: the settings as they are and as they were. */
export interface Judging {
  /** The mode of events without `x-compatibility`, on each side. */
  readonly modes: { readonly older: Mode; readonly newer: Mode };
  readonly policy: PolicyName;
  readonly writtenKeys: readonly string[];
  /** What the change weakens of it. */
  readonly drafts: readonly Draft[];
}

/** From the most to the least that a policy demands. */
const demanding: readonly PolicyName[] = ["strict", "evidence", "tolerant", "lenient"];

/**
 * A change cannot weaken what judges it: where the older side's eventpact.yaml demanded more, it still judges. A folder may have
 * no eventpact.yaml of its own; a commit without one was judged by the defaults. `asked` is a policy given for this run.
 */
export async function judging(
  older: Side,
  newer: Side,
  settings: CompatibilitySettings,
  asked: PolicyName | undefined,
): Promise<Judging> {
  const was = (await settingsOf(older)) ?? settings;
  const policy = asked ?? demanding.find((one) => one === was.policy || one === settings.policy) ?? settings.policy;
  const file = (await configOf(newer)) ?? { name: "eventpact.yaml", text: "" };
  const weaker = (setting: "mode" | "policy" | "writtenKeys", from: string, to: string): Draft =>
    draft(
      {
        code: "compatibility-weakened",
        level: "warning",
        subject: { kind: "documents", name: "" },
        message: `"${setting}" was ${from} and is ${to} now.`,
        hint: `This change is still judged by ${from}; the new setting holds for the next one.`,
        newer: {
          file: file.name,
          pointer: `/compatibility/${setting}`,
          span: readSettings(file.name, file.text).locate(`/compatibility/${setting}`),
        },
      },
      [setting, from, to],
    );
  const lostKeys = was.writtenKeys.filter((key) => !settings.writtenKeys.includes(key));
  const isPolicyWeaker = asked === undefined && demanding.indexOf(was.policy) < demanding.indexOf(settings.policy);
  return {
    modes: { older: was.mode, newer: settings.mode },
    policy,
    writtenKeys: [...new Set([...settings.writtenKeys, ...was.writtenKeys])],
    drafts: [
      ...(weakening(was.mode, settings.mode) ? [weaker("mode", was.mode, settings.mode)] : []),
      ...(isPolicyWeaker ? [weaker("policy", was.policy, settings.policy)] : []),
      ...(policy === "evidence" && lostKeys.length > 0
        ? [weaker("writtenKeys", was.writtenKeys.join(", "), settings.writtenKeys.join(", ") || "empty")]
        : []),
    ],
  };
}

async function settingsOf(side: Side): Promise<CompatibilitySettings | undefined> {
  const config = await configOf(side);
  if (!config && side.kind !== "commit") return undefined;
  return readSettings(config?.name ?? "eventpact.yaml", config?.text ?? "").settings.compatibility;
}

async function configOf({ fileSystem }: Side): Promise<{ readonly name: string; readonly text: string } | undefined> {
  for (const name of ["eventpact.yaml", "eventpact.yml"]) {
    const bytes = await fileSystem.read(name);
    if (bytes) return { name, text: new TextDecoder().decode(bytes) };
  }
  return undefined;
}

import { readSpan } from "../deploy/time.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Locate } from "../read/text-fault.ts";
import { parseYaml } from "../read/yaml-source.ts";
import { configurable } from "./configurable.ts";
import type { SettingsFault } from "./apply-schema.ts";
import { applySchema } from "./apply-schema.ts";
import type { ProviderSettings, Settings, UpcasterSettings, VerifySettings, Waiver } from "./settings.ts";
import { settingsSchema } from "./settings-schema.ts";

export interface ReadSettings {
  readonly settings: Settings;
  /** What is wrong in the file, with its place; the rest of it holds all the same. */
  readonly faults: readonly Diagnostic[];
  readonly locate: Locate;
}

/** Reads eventpact.yaml, all of it, for every command: nobody else reads it. Never throws. */
export function readSettings(file: string, yaml: string): ReadSettings {
  const parsed = parseYaml(yaml);
  const { settings, faults } = settingsOf(parsed.value ?? undefined);
  // What is broken as text says nothing sure about its settings.
  const said = parsed.faults.length > 0 ? [] : faults;
  const told = [
    ...parsed.faults.map(({ message, hint, span }) => ({ message, hint, span })),
    ...said.map(({ pointer, part, message, hint }) => ({ message, hint, span: parsed.locate(pointer, part) })),
  ].map(({ message, hint, span }): Diagnostic => {
    const way = hint === undefined ? {} : { hint };
    return { code: "config-invalid", severity: "error", file, ...span, message, ...way };
  });
  return { settings: { ...settings, file }, faults: told, locate: parsed.locate };
}

/** The settings in a value as eventpact.yaml holds it; undefined is an absent file. */
export function settingsOf(value: Json | undefined): {
  readonly settings: Settings;
  readonly faults: readonly SettingsFault[];
} {
  const applied = applySchema(settingsSchema(configurable), value ?? {});
  const root = isObject(applied.value)
    ? applied.value
    : (applySchema(settingsSchema(configurable), {}).value as JsonObject);
  const [compatibility, verify] = [sectionOf(root, "compatibility"), sectionOf(root, "verify")];
  const [deploy, docs] = [sectionOf(root, "deploy"), sectionOf(root, "docs")];
  const contracts = contractsFolder(root);
  const listed = waiversOf(root, applied.pointerOf);
  const dir = ownString(root, "dir");
  const { contracts: _one, approvals = `${contracts.folder}/approvals.yaml`, ...judged } = compatibility;
  const { contracts: _other, ...site } = docs;
  const settings = {
    ...(dir === undefined ? {} : { dir }),
    contracts: contracts.folder,
    rules: { events: eventsOf(own(root, "events")), severities: severitiesOf(sectionOf(root, "rules")) },
    waivers: listed.waivers,
    generate: sectionOf(root, "generate"),
    compatibility: { ...judged, contracts: contracts.folder, approvals },
    verify: verifyOf(verify, contracts.folder),
    deploy: deployOf(deploy),
    docs: site,
    // The schema said what each of them is.
  } as unknown as Settings;
  return { settings, faults: [...applied.faults, ...contracts.faults, ...listed.faults] };
}

/** The settings of a project whose folder of contracts is another one. */
export const withContracts = (settings: Settings, contracts: string): Settings => ({
  ...settings,
  contracts,
  compatibility: { ...settings.compatibility, contracts },
  verify: { ...settings.verify, contracts },
});

const sectionOf = (root: JsonObject, name: string): JsonObject => {
  const found = own(root, name);
  return isObject(found) ? found : {};
};

const withoutSlash = (folder: string): string => folder.replace(/(?<=.)\/+$/, "");

/** One project has one folder of contracts, wherever it is named. */
function contractsFolder(root: JsonObject): { readonly folder: string; readonly faults: readonly SettingsFault[] } {
  const named = ["", "/verify", "/compatibility", "/docs"].flatMap((pointer) => {
    const written = ownString(pointer === "" ? root : sectionOf(root, pointer.slice(1)), "contracts");
    return written === undefined ? [] : [{ pointer: `${pointer}/contracts`, folder: withoutSlash(written) }];
  });
  const folder = named[0]?.folder ?? "contracts";
  const faults = named
    .filter((one) => one.folder !== folder)
    .map(({ pointer, folder: other }) => ({
      pointer,
      message: `A project has one folder of contracts: "${folder}" here, "${other}" there.`,
      hint: `Say it once, as "contracts" at the top.`,
    }));
  return { folder, faults };
}

const eventsOf = (value: Json | undefined): "auto" | "on" | "off" =>
  value === true || value === "on" ? "on" : value === false || value === "off" ? "off" : "auto";

const severitiesOf = (section: JsonObject): Readonly<Record<string, Severity | "off">> =>
  Object.fromEntries(
    Object.entries(section).map(([code, value]) => [code, value === false ? "off" : (value as Severity | "off")]),
  );

function waiversOf(
  root: JsonObject,
  pointerOf: (value: Json) => string,
): { readonly waivers: readonly Waiver[]; readonly faults: readonly SettingsFault[] } {
  const codes = catalogue.map(({ code }) => code);
  const faults: SettingsFault[] = [];
  const waivers = ((own(root, "waivers") ?? []) as readonly JsonObject[]).map((entry) => {
    const pointer = pointerOf(entry);
    const waiver = { ...entry, pointer } as unknown as Waiver;
    const hint = didYouMean(waiver.rule, codes);
    if (!codes.includes(waiver.rule))
      faults.push({
        pointer: childPointer(pointer, "rule"),
        message: `There is no rule "${waiver.rule}".`,
        ...(hint === undefined ? {} : { hint }),
      });
    if (waiver.until !== undefined && Number.isNaN(Date.parse(waiver.until)))
      faults.push({ pointer: childPointer(pointer, "until"), message: `"until" is a day, such as 2026-12-31.` });
    return waiver;
  });
  return { waivers, faults };
}

function verifyOf(section: JsonObject, contracts: string): VerifySettings {
  const { provider, providers = {}, upcasters } = section;
  return {
    contracts,
    ...(isObject(provider) ? { provider: providerOf(provider) } : {}),
    providers: Object.fromEntries(
      Object.entries(providers as JsonObject).map(([name, one]) => [name, providerOf(one as JsonObject)]),
    ),
    ...(isObject(upcasters) ? { upcasters: upcastersOf(upcasters) } : {}),
  };
}

function providerOf(section: JsonObject): ProviderSettings {
  const { command } = section;
  return {
    ...section,
    command: typeof command === "string" ? wordsOf(command) : command,
  } as unknown as ProviderSettings;
}

/** Words between spaces; quotes keep spaces together. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

function upcastersOf(section: JsonObject): UpcasterSettings {
  const module = ownString(section, "module") ?? "";
  const folder = module.slice(0, Math.max(0, module.lastIndexOf("/"))) || module;
  return { sources: [folder], ...section } as unknown as UpcasterSettings;
}

function deployOf(section: JsonObject): Settings["deploy"] {
  const { deadLetters, outbox, segment, retentionCheck, retention, ...rest } = section;
  const spans = Object.entries((retention ?? {}) as JsonObject).map(([topic, one]) => [topic, readSpan(one)]);
  return {
    ...rest,
    ...(deadLetters === undefined ? {} : { deadLetters: readSpan(deadLetters) }),
    outbox: readSpan(outbox),
    segment: readSpan(segment),
    retentionCheck: readSpan(retentionCheck),
    retention: Object.fromEntries(spans),
  } as unknown as Settings["deploy"];
}

import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";

/** The section `verify` of eventpact.yaml. */
export interface VerifySettings {
  /** The folder of contracts: `pacts/*.json` in it, and `verifications/`. */
  readonly contracts: string;
  /** How producers are verified, unless `providers` says otherwise. */
  readonly provider?: ProviderSettings;
  readonly providers: ReadonlyMap<string, ProviderSettings>;
  /** Where the upcasters of services are found; absent: none are tried. */
  readonly upcasters?: UpcasterSettings;
}

export interface UpcasterSettings {
  /** A module that exports the service or its list of upcasters; `{service}` stands for the name. */
  readonly module: string;
  /** Files and folders that decide what they answer. */
  readonly sources: readonly string[];
  readonly timeoutSeconds: number;
}

export interface ProviderSettings {
  /** Words of a command; no shell reads them. */
  readonly command: readonly string[];
  /** Files and folders that decide what the producer says; a result holds as long as they are what they were. */
  readonly sources: readonly string[];
  readonly timeoutSeconds: number;
}

/** Something in the section that cannot be understood, with its pointer in eventpact.yaml. */
export interface SettingsFault {
  readonly pointer: string;
  readonly message: string;
}

/** Reads the section; `{provider}` in commands and sources stays as it is. */
export function verifySettings(section: Json | undefined): {
  readonly settings: VerifySettings;
  readonly faults: readonly SettingsFault[];
} {
  const faults: SettingsFault[] = [];
  const add = (pointer: string, message: string): undefined =>
    void faults.push({ pointer: `/verify${pointer}`, message });
  if (section !== undefined && !isObject(section)) add("", `"verify" is a map.`);
  const root = isObject(section) ? section : {};
  for (const key of Object.keys(root))
    if (!["contracts", "provider", "providers", "upcasters"].includes(key))
      add(`/${key}`, `"verify" has contracts, provider, providers and upcasters; not "${key}".`);
  const contracts = own(root, "contracts");
  if (contracts !== undefined && typeof contracts !== "string") add("/contracts", `"contracts" is a folder.`);
  const provider = providerSettings(own(root, "provider"), "/provider", add);
  const named = own(root, "providers");
  if (named !== undefined && !isObject(named))
    add("/providers", `"providers" is a map from a service's name to its settings.`);
  const providers = Object.entries(isObject(named) ? named : {}).flatMap(([name, value]) => {
    const found = providerSettings(value, `/providers/${name}`, add);
    return found === undefined ? [] : [[name, found] as const];
  });
  const folder = typeof contracts === "string" ? contracts.replace(/\/+$/, "") : "contracts";
  const upcasters = upcasterSettings(own(root, "upcasters"), add);
  return {
    settings: {
      contracts: folder,
      ...(provider ? { provider } : {}),
      providers: new Map(providers),
      ...(upcasters ? { upcasters } : {}),
    },
    faults,
  };
}

function upcasterSettings(
  value: Json | undefined,
  add: (pointer: string, message: string) => void,
): UpcasterSettings | undefined {
  if (value === undefined) return undefined;
  const module = own(value, "module");
  const sources = own(value, "sources");
  const timeout = own(value, "timeoutSeconds") ?? 300;
  if (typeof module !== "string" || module === "")
    return void add("/upcasters/module", `"module" is a file, in which {service} stands for a service's name.`);
  const listed =
    sources === undefined ? [module.slice(0, Math.max(0, module.lastIndexOf("/"))) || module] : textList(sources);
  if (listed === undefined || listed.length === 0)
    return void add("/upcasters/sources", `"sources" lists the files and folders that decide what upcasters answer.`);
  if (typeof timeout !== "number" || timeout <= 0)
    return void add("/upcasters/timeoutSeconds", `"timeoutSeconds" is a number of seconds.`);
  return { module, sources: listed, timeoutSeconds: timeout };
}

function providerSettings(
  value: Json | undefined,
  pointer: string,
  add: (pointer: string, message: string) => void,
): ProviderSettings | undefined {
  if (value === undefined) return undefined;
  const command = own(value, "command");
  const words = typeof command === "string" ? wordsOf(command) : textList(command);
  const sources = textList(own(value, "sources"));
  const timeout = own(value, "timeoutSeconds") ?? 300;
  if (words === undefined || words.length === 0)
    return void add(`${pointer}/command`, `"command" is a command line, or a list of its words.`);
  if (sources === undefined || sources.length === 0)
    return void add(`${pointer}/sources`, `"sources" lists the files and folders that decide what the producer says.`);
  if (typeof timeout !== "number" || timeout <= 0)
    return void add(`${pointer}/timeoutSeconds`, `"timeoutSeconds" is a number of seconds.`);
  return { command: words, sources, timeoutSeconds: timeout };
}

function textList(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? (value as readonly string[])
    : undefined;
}

/** Words between spaces; quotes keep spaces together. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/** The settings for one producer, with its name filled in. */
export function settingsFor({ provider, providers }: VerifySettings, name: string): ProviderSettings | undefined {
  const found = providers.get(name) ?? provider;
  if (found === undefined) return undefined;
  const filled = (words: readonly string[]): readonly string[] =>
    words.map((word) => word.replaceAll("{provider}", name));
  return { ...found, command: filled(found.command), sources: filled(found.sources) };
}

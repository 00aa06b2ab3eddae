import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import type { Span } from "./time.ts";
import { readSpan } from "./time.ts";

/** The section `deploy` of eventpact.yaml. */
export interface DeploySettings {
  /** The environment that is meant when none is named. */
  readonly environment?: string;
  /**
   * `validate`: a consumer refuses what its own copy of the schema refuses, as generated decoders do. `contract`: it looks
   * only at what its contracts name.
   */
  readonly readers: "validate" | "contract";
  /** How long dead letters are kept; undefined: as long as the topic that they come from. */
  readonly deadLetters?: Span;
  /** The longest that an event waits in an outbox before it is in its topic. */
  readonly outbox: Span;
  /** Topics that keep longer or shorter than their Kafka binding says. */
  readonly retention: ReadonlyMap<string, Span>;
  /** Where a service's version is: `services/{service}/package.json`. */
  readonly package: string;
}

/** Something in the section that cannot be understood, with its pointer in eventpact.yaml. */
export interface SettingsFault {
  readonly pointer: string;
  readonly message: string;
}

const known = ["environment", "readers", "deadLetters", "outbox", "retention", "package"];
const DAY = 86_400_000;

/** Reads the section; what is wrong in it is a fault with its place, and the default holds. */
export function deploySettings(section: Json | undefined): {
  readonly settings: DeploySettings;
  readonly faults: readonly SettingsFault[];
} {
  const faults: SettingsFault[] = [];
  const add = (pointer: string, message: string): undefined =>
    void faults.push({ pointer: `/deploy${pointer}`, message });
  if (section !== undefined && section !== null && !isObject(section)) add("", `"deploy" must be a map.`);
  const root = isObject(section) ? section : {};
  for (const key of Object.keys(root))
    if (!known.includes(key))
      add(
        `/${key}`,
        `"deploy" has no setting "${key}". ${didYouMean(key, known) ?? `There are: ${known.join(", ")}.`}`,
      );
  const span = (value: Json | undefined, pointer: string): Span | undefined => {
    if (value === undefined) return undefined;
    const found = readSpan(value);
    return found === undefined ? add(pointer, `How long is said like 30d, 12h or forever.`) : found;
  };
  const text = (key: string): string | undefined => {
    const value = own(root, key);
    return value === undefined || typeof value === "string" ? value : add(`/${key}`, `"${key}" must be text.`);
  };
  const readers = own(root, "readers") ?? "validate";
  if (readers !== "validate" && readers !== "contract") add("/readers", `"readers" is validate or contract.`);
  const listed = own(root, "retention");
  if (listed !== undefined && !isObject(listed))
    add("/retention", `"retention" is a map from a topic to how long it keeps.`);
  const retention = Object.entries(isObject(listed) ? listed : {}).flatMap(([topic, value]) => {
    const found = span(value, `/retention/${topic}`);
    return found === undefined ? [] : [[topic, found] as const];
  });
  const deadLetters = span(own(root, "deadLetters"), "/deadLetters");
  const outbox = span(own(root, "outbox"), "/outbox");
  const environment = text("environment");
  return {
    settings: {
      ...(environment === undefined ? {} : { environment }),
      readers: readers === "contract" ? "contract" : "validate",
      ...(deadLetters === undefined ? {} : { deadLetters }),
      outbox: outbox === undefined ? DAY : outbox,
      retention: new Map(retention),
      package: text("package") ?? "services/{service}/package.json",
    },
    faults,
  };
}

import type { ConstructorSource } from "./constructors.ts";
import type { EmitEvent, EmitInput, EmitOptions } from "./input.ts";
import type { ReaderModule } from "./readers.ts";
import { propertyName, stringLiteral } from "./source-text.ts";
import type { Types } from "./types.ts";

/** `index.js`: constructors, the codec wired to the validators, the catalogue. */
export function indexCode(
  events: readonly EmitEvent[],
  stems: ReadonlyMap<string, string>,
  types: Types,
  constructors: readonly ConstructorSource[],
  readers: ReadonlyMap<string, ReaderModule>,
  options: EmitOptions,
): string {
  const rows = events.map((event) => {
    const { eventType, enveloped } = event;
    const members = [
      `key: ${stringLiteral(event.key)}`,
      `eventType: ${stringLiteral(eventType)}`,
      `version: ${event.version ?? 1}`,
      `enveloped: ${enveloped}`,
      `validate: ${validatorName(event, types)}`,
      ...(readers.has(event.key) ? [`reader: ${readerName(event, types)}`] : []),
    ];
    return `    { ${members.join(", ")} },\n`;
  });
  return [
    ...events.map(
      (event) => `import { validate as ${validatorName(event, types)} } from './events/${stems.get(event.key)}.js';\n`,
    ),
    ...events
      .filter(({ key }) => readers.has(key))
      .map((event) => `import * as ${readerName(event, types)} from './events/${stems.get(event.key)}.reader.js';\n`),
    "import { createCodec } from './runtime/codec.js';\n\nexport { catalog } from './catalog.js';\n\n",
    `export const { decode, decodeAs, read, validate } = createCodec({\n  events: [\n${rows.join("")}  ],\n`,
    `  limits: { maxBytes: ${options.maxBytes}, maxDepth: ${options.maxDepth} },\n});\n`,
    ...constructors.map(({ code }) => `\n${code}`),
  ].join("");
}

function validatorName(event: EmitEvent, types: Types): string {
  return `validate${types.events.get(event.key)?.name ?? ""}`;
}

function readerName(event: EmitEvent, types: Types): string {
  return `read${types.events.get(event.key)?.name ?? ""}`;
}

/** `index.d.ts`: everything that users of the package see. */
export function indexDeclarations(
  input: EmitInput,
  stems: ReadonlyMap<string, string>,
  types: Types,
  constructors: readonly ConstructorSource[],
): string {
  const { events, services } = input;
  const nameOf = (event: EmitEvent): string => types.events.get(event.key)?.name ?? "never";
  const dataNameOf = (event: EmitEvent): string => types.events.get(event.key)?.dataName ?? "never";
  const imports = events.map((event) => {
    const names = [...new Set([nameOf(event), dataNameOf(event)])].join(", ");
    return `import type { ${names} } from './events/${stems.get(event.key)}.js';\n`;
  });
  const reexports = events.map((event) => `export type * from './events/${stems.get(event.key)}.js';\n`);
  const map = (of: (event: EmitEvent) => string): string =>
    events.map((event) => `  readonly ${propertyName(event.key)}: ${of(event)};\n`).join("");
  const perService = (direction: "sends" | "receives"): string =>
    services
      .map((service) => `  ${propertyName(service.name)}: ${union(service[direction].map(({ event }) => event))};\n`)
      .join("");
  const enveloped = events.filter((event) => event.enveloped).map(({ key }) => key);
  return [
    ...imports,
    "\n",
    ...reexports,
    ...(types.shared.length > 0 ? ["export type * from './shared.js';\n"] : []),
    `\n/** Every event version, by its key. */\nexport interface Events {\n${map(nameOf)}}\n`,
    `\n/** What a sender fills in: the envelope's \`data\`, or the whole payload where there is no envelope. */\nexport interface EventData {\n${map(dataNameOf)}}\n`,
    "\nexport type EventKey = keyof Events;\n",
    `\n/** The events that say \`eventType\` and \`version\` themselves, which \`decode\` goes by. */\nexport type EnvelopeKey = ${union(enveloped)};\n`,
    `\n/** What each service sends, and may send. */\nexport interface Sends {\n${perService("sends")}}\n`,
    `\n/** What each service receives, and must handle. */\nexport interface Receives {\n${perService("receives")}}\n`,
    STATIC_DECLARATIONS,
    ...constructors.map(({ declaration }) => `\n${declaration}`),
  ].join("");
}

function union(keys: readonly string[]): string {
  const literals = [...new Set(keys)].toSorted().map(stringLiteral);
  const line = literals.join(" | ");
  if (line.length > 90) return literals.map((literal) => `\n    | ${literal}`).join("");
  return literals.length === 0 ? "never" : line;
}

const STATIC_DECLARATIONS = `
/** A draft of an event; the runtime adds id, time, sequence and correlation. Distributes over a union of keys. */
export type NewEvent<K extends EventKey = EventKey> = K extends EventKey
  ? { readonly event: K; readonly key: string; readonly data: EventData[K] }
  : never;

/** A message that was understood; \`event\` tells the union apart, and so do \`envelope.eventType\` and \`envelope.version\`. */
export type Decoded<K extends EventKey = EnvelopeKey> =
  | (K extends EventKey ? { readonly ok: true; readonly event: K; readonly envelope: Events[K] } : never)
  | DecodeError;

export interface DecodeError {
  readonly ok: false;
  readonly code:
    | 'too-large'
    | 'not-json'
    | 'too-deep'
    | 'not-an-envelope'
    | 'unknown-type'
    | 'unknown-version'
    | 'invalid';
  /** For people and logs; may quote up to 120 characters of the message. */
  readonly message: string;
  /** JSON pointer of the fault in the message. */
  readonly path?: string;
  readonly eventType?: string;
  readonly version?: number;
}

export type Validation = { readonly ok: true } | { readonly ok: false; readonly message: string; readonly path: string };

/**
 * Reads a message of untrusted bytes. Never throws. Refuses what is too large or too deep, not UTF-8 or not JSON, has own
 * \`__proto__\` keys, NUL or half surrogate pairs in text, or numbers that a double cannot hold. Of duplicate keys the
 * last counts. Then reads it as the event's reader: what the event's schema allows is handed on as it is; of the rest,
 * what the policy of the package (\`compatibility.policy\`) has readers take is handed on with defaults filled in and without
 * keys that the schema does not allow.
 */
export declare function decode(bytes: Uint8Array): Decoded;

/** As \`decode\`, for a message whose event is known from elsewhere (a header, the topic). */
export declare function decodeAs<K extends EventKey>(event: K, bytes: Uint8Array): Decoded<K>;

/** As \`decodeAs\`, for a value that is there already. Does not change the value. */
export declare function read<K extends EventKey>(event: K, value: unknown): Decoded<K>;

/** Checks a value as a sender has to make it: against the event's schema. Never throws. */
export declare function validate(event: EventKey, envelope: unknown): Validation;

export interface Catalog {
  readonly events: Readonly<
    Record<
      string,
      {
        readonly eventType: string;
        readonly version: number;
        readonly topic: string;
        /** JSON pointer of the message key in the payload; '' when the documents do not say. */
        readonly keyLocation: string;
        readonly lifecycle: 'active' | 'deprecated' | 'retained';
        readonly title: string;
        readonly file: string;
        /** SHA-256 of what a consumer depends on. */
        readonly hash: string;
      }
    >
  >;
  readonly topics: Readonly<
    Record<
      string,
      {
        readonly partitions: number;
        readonly retentionMs?: number;
        readonly cleanupPolicy?: string;
        readonly writer: string;
        readonly events: readonly string[];
      }
    >
  >;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly id?: string;
        readonly title: string;
        readonly sends: readonly { readonly operationId: string; readonly event: string }[];
        readonly receives: readonly { readonly operationId: string; readonly event: string }[];
      }
    >
  >;
  /** Messages of the documents that this package has no code of, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Names of properties that hold personal data in any event (\`x-personal-data\`): what to mask before people look. */
  readonly personalData: readonly string[];
}

/** What there is: events, topics and services, as plain data. */
export declare const catalog: Catalog;
`;

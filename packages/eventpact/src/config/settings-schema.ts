import type { Json, JsonObject } from "../read/json.ts";
import type { Rule } from "../rules/rule.ts";

/** As in `POLICIES` and `Mode` of the engine, which would be loaded whole. */
export const policyNames = ["strict", "tolerant", "lenient", "evidence"] as const;
export const modeNames = [
  "NONE",
  "BACKWARD",
  "FORWARD",
  "FULL",
  "BACKWARD_TRANSITIVE",
  "FORWARD_TRANSITIVE",
  "FULL_TRANSITIVE",
] as const;

/** A code whose severity can be set. */
export type Configurable = Pick<Rule, "code" | "title"> & { readonly category: string };

/**
 * All that can be said in eventpact.yaml, with its defaults, as JSON Schema draft-07: what `readSettings` reads by and what
 * editors complete from (schema/eventpact.schema.json, which a test holds equal). `errorMessage` says in a sentence what is
 * expected where the keywords alone would say it badly; `x-hint` is the way out.
 */
export function settingsSchema(rules: readonly Configurable[]): JsonObject {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://eventpact.dev/schema/eventpact.schema.json",
    title: "eventpact.yaml",
    description: "Settings of an eventpact project. The file lies in the project's root; all of it is optional.",
    type: "object",
    additionalProperties: false,
    properties: {
      dir: text("The folder of documents, relative to the project's root."),
      contracts: text(
        "The folder of contracts: pacts/, environments/, store/, verifications/ and approvals.yaml (default: contracts).",
      ),
      events: {
        description: "Whether the rules for events apply; auto: where an event of the folder carries the envelope.",
        enum: ["auto", "on", "off", true, false],
        default: "auto",
        errorMessage: `"events" must be auto, on or off.`,
      },
      rules: section("The severity of rules, by code.", severities(rules), {
        "x-unknown": `There is no rule "{name}".`,
        errorMessage: `"rules" must be a map from a rule's code to error, warning, info or off.`,
      }),
      waivers: { type: ["array", "null"], default: [], items: waiver, errorMessage: `"waivers" must be a list.` },
      generate,
      compatibility,
      verify,
      deploy,
      docs,
    },
    definitions: { span, provider },
  };
}

function text(description: string, more: JsonObject = {}): JsonObject {
  return { description, type: "string", minLength: 1, ...more };
}

function section(description: string, properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { description, type: ["object", "null"], default: {}, additionalProperties: false, properties, ...more };
}

function severities(rules: readonly Configurable[]): JsonObject {
  return Object.fromEntries(
    rules.map(({ code, category, title }): [string, Json] => [
      code,
      category === "specification"
        ? {
            description: title,
            enum: ["error"],
            errorMessage: `"${code}" belongs to the specification and stays an error.`,
            "x-hint": "A single finding can be waived, with a reason.",
          }
        : {
            description: title,
            enum: ["error", "warning", "info", "off", false],
            errorMessage: "A rule is set to error, warning, info or off.",
          },
    ]),
  );
}

const waiver: JsonObject = {
  description: "A finding that is accepted, with the reason why.",
  type: "object",
  additionalProperties: false,
  required: ["rule", "reason"],
  errorMessage: "A waiver is a map with rule, reason and, where wanted, file, match and until.",
  properties: {
    rule: text("The code of the finding.", { errorMessage: "A waiver names the rule that it waives." }),
    file: text("A file, or a folder that ends in /; absent: everywhere."),
    match: text("Text that the finding's message contains; absent: any."),
    reason: text("Why it is accepted.", {
      pattern: "\\S",
      errorMessage: "A waiver without a reason is refused.",
      "x-hint": "Say why, for those who read it in a year.",
    }),
    until: text("The last day on which it holds.", {
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      errorMessage: `"until" is a day, such as 2026-12-31.`,
    }),
  },
};

const generate = section("What `eventpact generate` writes.", {
  out: text("The folder of the generated package.", { default: "generated" }),
  packageName: text("Its name (default: the one it has, else events)."),
  maxBytes: count("The largest message that the decoder takes, in bytes.", 1_048_576),
  maxDepth: count("How deeply a message may be nested for the decoder to take it.", 64),
});

function count(description: string, otherwise: number): JsonObject {
  return { description, type: "integer", minimum: 1, default: otherwise };
}

const compatibility = section(
  "What a change may do, and what is assumed about writers and readers; for every command.",
  {
    mode: {
      description: "The directions that are demanded of events without x-compatibility.",
      enum: modeNames,
      default: "FULL",
    },
    policy: {
      description:
        "What writers write and readers take. strict: plain schemas. tolerant: writers write what they declare, readers skip what they do not know and fill defaults. lenient: tolerant, and readers take unknown enum values. evidence: tolerant, with the undeclared keys that were really written.",
      enum: policyNames,
      default: "tolerant",
    },
    against: text("The branch, tag or commit that changes are judged against (default: the main branch)."),
    approvals: text("The file of approvals (default: approvals.yaml in the folder of contracts)."),
    contracts: text("As `contracts` at the top."),
    writtenKeys: {
      description: "For the policy evidence: keys that were written although no schema declares them.",
      type: "array",
      items: { type: "string" },
      default: [],
      errorMessage: `"writtenKeys" is a list of names.`,
    },
  },
);

const timeoutSeconds: JsonObject = {
  description: "After how long it is given up.",
  type: "number",
  exclusiveMinimum: 0,
  default: 300,
  errorMessage: `"timeoutSeconds" is a number of seconds.`,
};

const files = (description: string): JsonObject => ({
  description,
  type: "array",
  minItems: 1,
  items: { type: "string", minLength: 1 },
  errorMessage: `"sources" lists files and folders.`,
});

const provider: JsonObject = {
  description: "How a producer's code is verified; {provider} stands for its name.",
  type: "object",
  additionalProperties: false,
  required: ["command", "sources"],
  properties: {
    command: {
      description: "A command line, or a list of its words; no shell reads it.",
      anyOf: [
        { type: "string", pattern: "\\S" },
        { type: "array", minItems: 1, items: { type: "string" } },
      ],
      errorMessage: `"command" is a command line, or a list of its words.`,
    },
    sources: files("What decides what the producer says; a result holds as long as these are what they were."),
    timeoutSeconds,
  },
};

const verify = section("How contracts and upcasters are verified.", {
  contracts: text("As `contracts` at the top."),
  provider: { $ref: "#/definitions/provider" },
  providers: {
    description: "Producers that are verified otherwise, by name.",
    type: "object",
    additionalProperties: { $ref: "#/definitions/provider" },
    default: {},
    errorMessage: `"providers" is a map from a service's name to its settings.`,
  },
  upcasters: {
    description: "Where the upcasters of services are.",
    type: "object",
    additionalProperties: false,
    required: ["module"],
    properties: {
      module: text("A module that exports the service or its upcasters; {service} stands for the name.", {
        errorMessage: `"module" is a file, in which {service} stands for a service's name.`,
      }),
      sources: files("What decides what upcasters answer (default: the module's folder)."),
      timeoutSeconds,
    },
  },
});

const span: JsonObject = {
  description: "How long: 30d, 12h, forever, or milliseconds.",
  anyOf: [
    { type: "string", pattern: "^(\\d+(\\.\\d+)?\\s*[smhdw]|forever)$" },
    { type: "number", minimum: 0 },
    { enum: [-1] },
  ],
  errorMessage: "Write a duration such as 30d, 12h or forever.",
};

const ignored: JsonObject = {
  description: "What is between two services, and is not to count until a day.",
  type: "object",
  additionalProperties: false,
  required: ["consumer", "provider", "reason", "until"],
  errorMessage: "What is ignored is a map with consumer, provider, reason, until and, where wanted, event.",
  properties: {
    consumer: text("The service that reads."),
    provider: text("The service that sends."),
    event: text("One event version, such as OrderPlaced.v1; absent: all between the two."),
    reason: text("Why it is not to count.", {
      pattern: "\\S",
      errorMessage: "What is ignored without a reason is refused.",
      "x-hint": "Say why, for those who read it in a year.",
    }),
    until: text("The last day on which it is not to count.", {
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      errorMessage: `"until" is a day, such as 2026-12-31.`,
    }),
  },
};

const deploy = section("What is deployed where, and how long events can be met.", {
  environment: text("The environment that is meant when none is named."),
  readers: {
    description:
      "validate: a consumer refuses what its own copy of the schema refuses, as generated decoders do. contract: it looks only at what its contracts name.",
    enum: ["validate", "contract"],
    default: "validate",
  },
  deadLetters: { $ref: "#/definitions/span" },
  outbox: { $ref: "#/definitions/span", default: "1d" },
  segment: { $ref: "#/definitions/span", default: "7d" },
  retentionCheck: { $ref: "#/definitions/span", default: "5m" },
  retention: {
    description: "Topics that keep longer or shorter than their Kafka binding says.",
    type: "object",
    additionalProperties: { $ref: "#/definitions/span" },
    default: {},
    errorMessage: `"retention" is a map from a topic to how long it keeps.`,
  },
  ignore: {
    description: "Pairings that are not to count in can-i-deploy, each with a reason and a last day.",
    type: "array",
    items: ignored,
    default: [],
    errorMessage: `"ignore" is a list of pairings.`,
  },
  package: text("Where a service's version is.", { default: "services/{service}/package.json" }),
});

const docs = section("The documentation site.", {
  out: text("Where the site goes.", { default: ".cache/docs" }),
  title: text("Its name (default: from the documents).", { pattern: "\\S" }),
  contracts: text("As `contracts` at the top."),
  openapi: text("The folder of OpenAPI documents of the services' HTTP APIs.", { default: "openapi" }),
  base: text("Where the site lies on its server: /project/."),
  source: text("Where the sources can be seen: https://host/blob/main.", {
    pattern: "^https?://",
    errorMessage: `"docs.source" must be an http(s) URL.`,
    "x-hint": "Such as https://github.com/acme/shop/blob/main",
  }),
});

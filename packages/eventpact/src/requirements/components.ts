import type { Requirement } from "./types.ts";
import { invalid, missing, nothing, rule, section, unknown } from "./types.ts";

const reader = nothing("It binds the reader of a document. Ours does so.");
const schemes = "/components/securitySchemes";

/** References, components, schemas and security. */
export const componentRequirements: readonly Requirement[] = [
  ...section(
    "Reference Object",
    ["MUST", "A reference leads to JSON or YAML.", rule("ref-resolves")],
    ["MUST", "In YAML it is applied to the JSON that the YAML stands for.", reader],
    ["MUST", "That JSON is made as `Format` says.", rule("yaml-json")],
    ["MUST", "`$ref` is text.", invalid("/channels/orders/servers/0/$ref", 1)],
    ["MUST", "What stands beside `$ref` is ignored.", rule("ref-siblings")],
    ["MUST", "A reference stands only where the specification allows one.", rule("ref-place")],
  ),
  ...section("Components Object", ["MUST", "Keys are letters, digits, `.`, `-` and `_`.", rule("component-name")]),
  ...section(
    "Multi Format Schema Object",
    ["MUST", "Without `schemaFormat` a schema is AsyncAPI's own.", reader],
    ["MUST", "What a schema refers to is of the same `schemaFormat`.", rule("schema-language")],
    ["MUST", "For instance, Avro refers to Avro.", rule("schema-language")],
    [
      "MUST NOT",
      "A format of one's own goes by a name of the table.",
      nothing("A name of the table is read as what the table says."),
    ],
    [
      "MUST",
      "`schema` is written in its `schemaFormat`.",
      invalid("/components/schemas/wrapped/schema", { type: "objekt" }),
    ],
    ["SHOULD", "A schema that is JSON is written as an object, not as text.", rule("schema-language")],
    ["MUST", "A schema that is not JSON is text.", rule("schema-language")],
  ),
  ...section(
    "Schema formats table",
    ["MUST", "AsyncAPI's own formats are supported.", reader],
    [
      "SHOULD",
      "Avro, OpenAPI, RAML and Protobuf are supported.",
      nothing(
        "OpenAPI and JSON Schema are; a payload in Avro, RAML or Protobuf is passed on, and `payload-json-schema` says so.",
      ),
    ],
  ),
  ...section(
    "Schema Object",
    ["SHOULD", "`pattern` is a regular expression of ECMA 262.", rule("schema-pattern")],
    ["MUST", "`default` fits the schema it stands in.", rule("schema-value")],
    ["MUST", "`$ref` behaves as in a Reference Object.", rule("schema-ref-siblings")],
    ["MUST", "A discriminator is a property of its schema, and required.", rule("schema-discriminator")],
    [
      "MUST",
      "Its value is the name of the schema or of one that inherits it.",
      nothing("It binds each message; `const` or `enum` in the schemas says it so that validators hold it."),
    ],
    [
      "SHOULD",
      "What is deprecated is used no longer.",
      nothing("It binds those who write messages; `diff` says what was deprecated."),
    ],
    ["MUST", "In composition, the discriminator is required.", rule("schema-discriminator")],
    ["MUST", "A schema is a valid JSON Schema of draft-07.", invalid("/components/schemas/order/type", "objekt")],
  ),
  ...section(
    "Security Scheme Object",
    ["MUST", "`type` is given.", missing(`${schemes}/password/type`)],
    ["MUST", "`name` is given for httpApiKey.", missing(`${schemes}/httpKey/name`)],
    ["MUST", "`in` is given for apiKey: user or password.", invalid(`${schemes}/key/in`, "header")],
    ["MUST", "`in` is given for httpApiKey: query, header or cookie.", invalid(`${schemes}/httpKey/in`, "user")],
    ["MUST", "`scheme` is given for http.", missing(`${schemes}/basic/scheme`)],
    ["MUST", "`flows` is given for oauth2.", missing(`${schemes}/oauth/flows`)],
    ["MUST", "`openIdConnectUrl` is given for openIdConnect.", missing(`${schemes}/openId/openIdConnectUrl`)],
    ["MUST", "`openIdConnectUrl` is an absolute URL.", invalid(`${schemes}/openId/openIdConnectUrl`, "/openid")],
  ),
  ...section(
    "OAuth Flow Object",
    [
      "MUST",
      "`authorizationUrl` is given for implicit and authorizationCode.",
      missing(`${schemes}/oauth/flows/implicit/authorizationUrl`),
    ],
    [
      "MUST",
      "`authorizationUrl` is an absolute URL.",
      invalid(`${schemes}/oauth/flows/implicit/authorizationUrl`, "/auth"),
    ],
    [
      "MUST",
      "`tokenUrl` is given for password, clientCredentials and authorizationCode.",
      missing(`${schemes}/oauth/flows/password/tokenUrl`),
    ],
    ["MUST", "`tokenUrl` is an absolute URL.", invalid(`${schemes}/oauth/flows/password/tokenUrl`, "/token")],
    ["MUST", "`refreshUrl` is an absolute URL.", invalid(`${schemes}/oauth/flows/password/refreshUrl`, "/refresh")],
    ["MUST", "`availableScopes` is given.", missing(`${schemes}/oauth/flows/password/availableScopes`)],
  ),
  ...section("Specification Extensions", [
    "MUST",
    "The name of an extension begins with `x-`.",
    unknown("/info/internal", 1),
  ]),
];

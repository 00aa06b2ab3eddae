import type { Requirement } from "./types.ts";
import { invalid, missing, nothing, rule, section, unknown } from "./types.ts";

const running = nothing("It binds the running application; a document cannot show it.");
const reader = nothing("It binds the reader of a document. Ours does so.");
const naming = nothing("A convention of naming, which a team may choose otherwise.");

/** From the definitions to the servers, as AsyncAPI 3.0 and 3.1 say it. */
export const documentRequirements: readonly Requirement[] = [
  ...section(
    "Introduction",
    [
      "SHOULD",
      "A document describes the operations of one application.",
      nothing("`operations` is optional: a document may be a library of channels."),
    ],
    [
      "SHOULD NOT",
      "The receiver's document is not derived from the sender's.",
      nothing("How a document came about is not in it."),
    ],
  ),
  ...section(
    "Definitions",
    [
      "MUST",
      "An application sends, receives, or does both.",
      nothing(
        "A document without operations may be a library; `nothing-checked` says so where nothing at all is described.",
      ),
    ],
    ["MUST", "An application speaks the protocol of the server it connects to.", running],
    ["MUST", "A payload is serialised into some format.", running],
    [
      "MUST",
      "A protocol binding defines what belongs to its protocol, and nothing else.",
      unknown("/channels/orders/bindings/kafka/summary", "Orders"),
    ],
  ),
  ...section(
    "Format",
    ["MUST", "YAML tags are those of JSON's types.", rule("yaml-json")],
    ["MUST", "Keys of YAML maps are scalar text.", rule("yaml-json")],
    ["MUST", "No key appears twice in a map (RFC 8259 and YAML 1.2).", rule("yaml-duplicate-key")],
    ["MUST", "A document is one JSON value.", rule("yaml-syntax")],
    ["MUST", "Text is UTF-8 (RFC 8259).", rule("file-encoding")],
  ),
  ...section("File Structure", [
    "MUST",
    "What a document defines is used by the application, components apart.",
    rule("event-unused"),
  ]),
  ...section(
    "AsyncAPI Object",
    ["MUST", "`asyncapi` is given.", rule("asyncapi-version")],
    ["MUST", "`info` is given.", missing("/info")],
    [
      "MUST",
      "The application implements the operations of its document.",
      nothing("It binds the code; `eventpact verify` runs the code of a producer against its contracts."),
    ],
    ["MUST", "Fields beyond those described begin with `x-`.", unknown("/owner", "shop")],
  ),
  ...section(
    "AsyncAPI Version String",
    [
      "MUST",
      "The version is major.minor.patch, and a patch is compatible with its minor version.",
      rule("asyncapi-version"),
    ],
    ["SHOULD", "A tool for a minor version reads its patches.", reader],
    [
      "SHOULD",
      "A later minor version does not disturb the tools of an earlier one.",
      nothing("It binds the specification itself."),
    ],
  ),
  ...section(
    "Identifier",
    ["MUST", "`id` is a URI.", invalid("/id", "orders")],
    [
      "SHOULD",
      "`id` is a URN.",
      nothing("A URL identifies as well; `document-id` proposes a URN where there is no id."),
    ],
  ),
  ...section(
    "Info Object",
    ["MUST", "`title` is given.", missing("/info/title")],
    ["MUST", "`version` is given.", missing("/info/version")],
    ["MUST", "`termsOfService` is an absolute URL.", invalid("/info/termsOfService", "/terms")],
  ),
  ...section(
    "Contact Object",
    ["MUST", "`url` is an absolute URL.", invalid("/info/contact/url", "example.com")],
    ["MUST", "`email` is an e-mail address.", invalid("/info/contact/email", "nobody")],
  ),
  ...section(
    "License Object",
    ["MUST", "`name` is given.", missing("/info/license/name")],
    ["MUST", "`url` is an absolute URL.", invalid("/info/license/url", "LICENSE.md")],
  ),
  ...section(
    "Server Object",
    ["MUST", "`host` is given.", missing("/servers/main/host")],
    ["MUST", "`protocol` is given.", missing("/servers/main/protocol")],
    [
      "MUST",
      "What `{braces}` in host and pathname name is among the variables, and nothing else is.",
      rule("server-variables"),
    ],
  ),
  ...section(
    "Server Variable Object",
    ["MUST", "The default is among the enum.", rule("parameter-value")],
    ["MUST", "The values of the enum differ.", invalid("/servers/main/variables/region/enum", ["eu", "eu"])],
  ),
  ...section(
    "Default Content Type",
    ["MUST", "It is one specific media type.", rule("content-type")],
    ["MUST", "It holds for messages without a content type.", reader],
    ["MUST", "A reader that cannot use it falls back on its own default.", reader],
  ),
  ...section(
    "Channels Object",
    ["MUST", "The application uses the channels of its document at run time.", running],
    ["SHOULD", "The id of a channel follows the usual conventions of naming.", rule("channel-name")],
  ),
  ...section(
    "Channel Object",
    ["MUST", "An address that is null or absent is read as unknown.", reader],
    ["MUST NOT", "An address has a query or a fragment.", rule("channel-address")],
    [
      "MUST",
      "A message on the channel fits one of its messages, and only one.",
      nothing("It binds each message that is sent. The generated decoder refuses a message that fits none."),
    ],
    ["MUST", "A channel of the root names only servers of the root.", rule("channel-server")],
    ["MUST NOT", "It names servers under `components` or elsewhere.", rule("channel-server")],
    ["MUST", "Without a list of servers it is available on all of them.", reader],
    ["MUST", "`servers` is a list of references.", invalid("/channels/orders/servers", { main: {} })],
    [
      "MUST NOT",
      "`servers` holds server objects.",
      missing("/channels/orders/servers/0", { host: "a", protocol: "kafka" }),
    ],
    ["SHOULD", "Readers follow these references.", reader],
    ["MUST", "`parameters` is there only where the address has expressions.", rule("channel-parameters")],
  ),
  ...section("Channel Address Expressions", ["MUST", "An expression is a name in braces.", rule("channel-address")]),
  ...section("Messages Object", ["SHOULD", "The id of a message follows the usual conventions of naming.", naming]),
  ...section(
    "Operations Object",
    [
      "MUST",
      "The application implements each operation.",
      nothing("It binds the code; `eventpact verify` runs the code of a producer against its contracts."),
    ],
    [
      "MUST",
      "The id of an operation is text that identifies it in its document, in upper and lower case.",
      rule("yaml-duplicate-key"),
    ],
    ["SHOULD", "It follows the usual conventions of naming.", naming],
  ),
];

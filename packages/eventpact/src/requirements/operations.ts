import type { Requirement } from "./types.ts";
import { invalid, missing, nothing, rule, section } from "./types.ts";

const running = nothing("It binds the running application; a document cannot show it.");
const reader = nothing("It binds the reader of a document. Ours does so.");
const notWhole = nothing("A trait that makes its target invalid is invalid itself, and is told there.");
const place = "/operations/answer";

/** Operations, replies, parameters, messages and what belongs to them. */
export const operationRequirements: readonly Requirement[] = [
  ...section(
    "Operation Object",
    ["MUST", "`action` is given: `send` or `receive`.", invalid(`${place}/action`, "publish")],
    ["MUST", "`channel` is given.", missing(`${place}/channel`)],
    ["MUST", "An operation of the root refers to a channel of the root.", rule("operation-channel")],
    ["MUST NOT", "It refers to a channel under `components` or elsewhere.", rule("operation-channel")],
    ["MUST", "`channel` is a reference.", invalid(`${place}/channel`, "orders")],
    ["MUST NOT", "`channel` is a channel object.", missing(`${place}/channel`, { address: "orders" })],
    ["SHOULD", "Readers follow the reference to the channel.", reader],
    ["MUST", "One of the security schemes is satisfied.", running],
    ["MUST", "The security of the server is satisfied as well.", running],
    ["MUST", "Traits are merged by the merge mechanism for traits.", reader],
    ["MUST", "What the merge gives is a valid operation.", notWhole],
    ["MUST", "`messages` is a subset of the messages of the operation's channel.", rule("operation-message")],
    ["MUST NOT", "`messages` refers to messages under `components` or elsewhere.", rule("operation-message")],
    [
      "MUST",
      "A message of the operation fits one of the listed messages, and only one.",
      nothing("It binds each message that is sent. The generated decoder refuses a message that fits none."),
    ],
    ["MUST", "`messages` is a list of references.", invalid(`${place}/messages`, { placed: {} })],
    ["MUST NOT", "`messages` holds message objects.", missing(`${place}/messages/0`, { payload: { type: "object" } })],
    ["SHOULD", "Readers follow the references to messages.", reader],
    [
      "SHOULD",
      "An operation without messages says `messages: []`.",
      nothing("An absent list means all messages of the channel: both are valid, and mean something else."),
      "3.1",
    ],
  ),
  ...section(
    "Operation Trait Object",
    ["MUST", "One of the security schemes is satisfied.", running],
    ["MUST", "The security of the server is satisfied as well.", running],
  ),
  ...section(
    "Operation Reply Object",
    ["MUST", "`address` is the address that the reply goes to.", running],
    ["MUST", "Where `address` is given, the channel's address is null or absent.", rule("reply-address")],
    ["MUST", "The reply of an operation of the root refers to a channel of the root.", rule("operation-channel")],
    ["MUST NOT", "It refers to a channel under `components` or elsewhere.", rule("operation-channel")],
    ["MUST", "`channel` is a reference.", invalid(`${place}/reply/channel`, "answers")],
    ["MUST NOT", "`channel` is a channel object.", missing(`${place}/reply/channel`, { address: null })],
    ["SHOULD", "Readers follow the reference to the channel.", reader],
    ["MUST", "`messages` is a subset of the messages of the reply's channel.", rule("operation-message")],
    ["MUST NOT", "`messages` refers to messages under `components` or elsewhere.", rule("operation-message")],
    ["MUST", "A reply fits one of the listed messages, and only one.", nothing("It binds each message that is sent.")],
    ["MUST", "`messages` is a list of references.", invalid(`${place}/reply/messages`, { answered: {} })],
    ["MUST NOT", "`messages` holds message objects.", missing(`${place}/reply/messages/0`, { payload: {} })],
    ["SHOULD", "Readers follow the references to messages.", reader],
  ),
  ...section(
    "Operation Reply Address Object",
    ["MUST", "`location` is given.", missing(`${place}/reply/address/location`)],
    ["MUST", "`location` is a runtime expression.", rule("location-invalid")],
    ["SHOULD", "What it leads to is in the request.", rule("location-declared")],
  ),
  ...section("Parameters Object", [
    "MUST",
    "The map has all parameters of the channel's address, by their names.",
    rule("channel-parameters"),
  ]),
  ...section(
    "Parameter Object",
    ["MUST", "Its key is the name of the parameter in the address.", rule("channel-parameters")],
    ["MUST", "The default and the examples are among the enum.", rule("parameter-value")],
    ["MUST", "`location` is a runtime expression.", rule("location-invalid")],
    ["SHOULD", "What it leads to is in the messages of the channel.", rule("location-declared")],
  ),
  ...section(
    "Message Object",
    ["MUST", "The schema of `headers` is a map of names to values.", rule("message-headers")],
    [
      "MUST NOT",
      "`headers` describes headers of the protocol.",
      nothing("Which names a protocol reserves depends on broker and client; bindings are for them."),
    ],
    ["MUST", "`contentType` is one specific media type.", rule("content-type")],
    ["MUST", "Where it is absent, the default content type of the document holds.", reader],
    ["MUST", "Traits are merged by the merge mechanism for traits.", reader],
    ["MUST", "What the merge gives is a valid message.", notWhole],
  ),
  ...section(
    "Message Trait Object",
    ["MUST", "The schema of `headers` is a map of names to values.", rule("message-headers")],
    [
      "MUST NOT",
      "`headers` describes headers of the protocol.",
      nothing("Which names a protocol reserves depends on broker and client; bindings are for them."),
    ],
    ["MUST", "`contentType` is one specific media type.", rule("content-type")],
    ["MUST", "Where it is absent, the default content type of the document holds.", reader],
  ),
  ...section(
    "Message Example Object",
    [
      "MUST",
      "An example has headers, a payload, or both.",
      missing("/channels/orders/messages/placed/examples/0", { name: "empty" }),
    ],
    ["MUST", "Its headers fit the headers of the message.", rule("example-valid")],
    ["MUST", "Its payload fits the payload of the message.", rule("example-valid")],
  ),
  ...section(
    "Tag Object",
    ["MUST", "`name` is given.", missing("/info/tags/0/name")],
    ["SHOULD", "Names of tags differ within an object.", rule("tag-unique")],
  ),
  ...section(
    "External Documentation Object",
    ["MUST", "`url` is given.", missing("/info/externalDocs/url")],
    ["MUST", "`url` is an absolute URL.", invalid("/info/externalDocs/url", "docs/orders.md")],
  ),
  ...section(
    "Correlation ID Object",
    ["MUST", "`location` is given.", missing("/channels/orders/messages/placed/correlationId/location")],
    ["MUST", "`location` is a runtime expression.", rule("location-invalid")],
    ["SHOULD", "What it leads to is in the message.", rule("location-declared")],
  ),
  ...section(
    "Traits Merge Mechanism",
    ["MUST", "Traits are merged by JSON Merge Patch, in their order.", reader],
    ["MUST NOT", "A trait overrides a field of its target.", reader],
  ),
];

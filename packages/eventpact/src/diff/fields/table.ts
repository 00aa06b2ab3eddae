import { asyncapiTable } from "./asyncapi-table.ts";
import { bindingTable } from "./binding-table.ts";
import { otherBindingTable } from "./other-binding-table.ts";
import type { Row, Table } from "./row.ts";
import { harmless, look, object, unknown } from "./row.ts";

/** Every kind of object that documents hold, by name, and how each of its fields is judged. */
export const tables: Readonly<Record<string, Table>> = { ...asyncapiTable, ...bindingTable, ...otherBindingTable };

const extension = harmless("An extension: nothing is known of what it means.");
const bindingExtension = look(
  "both",
  "An extension of a binding: nothing is known of what it means for those who run.",
);
const bindingVersion = harmless("The version of the binding's own description; what it says is compared.");
const unknownField = unknown("The specification has no such field: nothing is known of what it means.");
const unknownProtocol = unknown("A binding of a protocol that is not known here: whoever knows it decides.");

/** How a field is judged, also one that no specification knows. */
export function rowOf(type: string, field: string): Row {
  const [protocol, holder] = type.split(" ");
  if (protocol === "server" || protocol === "channel" || protocol === "operation" || protocol === "message")
    if (holder === "bindings") return bindingRow(protocol, field);
  const table = tables[type];
  const row = table && Object.hasOwn(table, field) ? table[field] : undefined;
  if (row) return row;
  if (field.startsWith("x-")) return holder === undefined ? extension : bindingExtension;
  return field === "bindingVersion" && holder !== undefined ? bindingVersion : unknownField;
}

function bindingRow(holder: string, protocol: string): Row {
  if (protocol.startsWith("x-")) return bindingExtension;
  return protocols.has(protocol) ? object(`${protocol} ${holder}`) : unknownProtocol;
}

/** The protocols that the specification has a binding for. */
export const protocols: ReadonlySet<string> = new Set(
  "http ws kafka anypointmq amqp amqp1 mqtt mqtt5 nats jms sns solace sqs stomp redis mercure ibmmq googlepubsub pulsar ros2".split(
    " ",
  ),
);

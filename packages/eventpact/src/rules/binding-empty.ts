import { keysAt } from "../model/channels.ts";
import { bindingsOf } from "./binding-parts.ts";
import { fieldOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const bindingEmpty: Rule = {
  code: "binding-empty",
  category: "schema",
  severity: "warning",
  title: "A binding that the specification leaves empty is empty.",
  why: "AMQP and HTTP say nothing about servers, WebSocket nothing about operations and messages: what is written there has no meaning, and no tool reads it.",
  check(model, report) {
    for (const { level, protocol, place } of bindingsOf(model)) {
      const instead = Object.hasOwn(empty, `${protocol} ${level}`) ? empty[`${protocol} ${level}`] : undefined;
      if (instead === undefined) continue;
      for (const key of keysAt(model.sources, place)) {
        if (key.startsWith("x-")) continue;
        const message = `The ${protocol} binding of a ${level} has no field "${key}": it is always empty.`;
        report({ place: fieldOf(place, key), part: "key", message, hint: instead });
      }
    }
  },
};

/** Protocol and level → where the protocol's fields belong. */
const empty: Readonly<Record<string, string>> = {
  "amqp server": "AMQP has fields for channels, operations and messages.",
  "http server": "HTTP has fields for operations and messages.",
  "http channel": "HTTP has fields for operations and messages.",
  "ws server": "WebSocket has fields for channels.",
  "ws operation": "WebSocket has fields for channels.",
  "ws message": "WebSocket has fields for channels.",
  "mqtt channel": "MQTT has fields for servers, operations and messages.",
};

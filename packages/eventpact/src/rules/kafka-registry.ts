import type { Model } from "../model/types.ts";
import { own, ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { bindingsOf } from "./binding-parts.ts";
import { down, fieldOf, partsOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const kafkaRegistry: Rule = {
  code: "kafka-registry",
  category: "specification",
  severity: "error",
  title: "What a Kafka binding says of a schema registry needs the registry's URL at the server.",
  why: "The vendor of a registry, and where a message carries its schema's id, mean nothing without the registry: `schemaRegistryUrl` in the binding of the server.",
  check(model, report) {
    const servers = kafkaServers(model);
    for (const { level, protocol, place } of bindingsOf(model)) {
      if (protocol !== "kafka") continue;
      const value = valueOf(model.sources, place);
      if (level === "server" && own(value, "schemaRegistryVendor") !== undefined && !hasUrl(value))
        report({
          place: fieldOf(place, "schemaRegistryVendor"),
          part: "key",
          message: `"schemaRegistryVendor" is given without "schemaRegistryUrl".`,
          hint: "Add the URL, or take the vendor out.",
        });
      if (level !== "message" || servers.length === 0 || servers.some(hasUrl)) continue;
      for (const field of ["schemaIdLocation", "schemaIdPayloadEncoding", "schemaLookupStrategy"])
        if (own(value, field) !== undefined)
          report({
            place: fieldOf(place, field),
            part: "key",
            message: `"${field}" is given, but no Kafka server has a "schemaRegistryUrl".`,
            hint: "Add it to the kafka binding of the server.",
          });
    }
  },
};

/** The Kafka bindings of the servers that speak Kafka; a document that names none leaves the servers to others. */
function kafkaServers(model: Model): readonly unknown[] {
  return [...partsOf(model, "servers", "components/servers")].flatMap(({ place }) => {
    const protocol = ownString(valueOf(model.sources, place), "protocol") ?? "";
    if (!protocol.startsWith("kafka")) return [];
    const binding = down(model, place, "bindings/kafka");
    return [binding && valueOf(model.sources, binding)];
  });
}

function hasUrl(binding: unknown): boolean {
  return typeof binding === "object" && binding !== null && "schemaRegistryUrl" in binding;
}

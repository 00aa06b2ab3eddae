import type { Model, Topic } from "../../model/types.ts";
import { isObject, own, ownString, type Json } from "../../read/json.ts";
import { resolveChild, valueOf } from "../../read/resolve.ts";

/** A part of a channel's address that is known only at run time: `streetlightId` in `lights/{streetlightId}`. */
export interface Parameter {
  readonly name: string;
  readonly description?: string;
  /** Where in the message its value is: `$message.payload#/streetlightId`. */
  readonly location?: string;
  readonly values: readonly string[];
  readonly default?: string;
  readonly examples: readonly string[];
}

/** The parameters of a topic's channels, each name once. */
export function parametersOf(model: Model, topic: Topic): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const channel of model.channels)
    for (const name of channel.topic === topic.name ? channel.parameters : []) {
      const { file, pointer } = channel.place;
      const place = resolveChild(model.sources, { file, pointer: `${pointer}/parameters` }, name);
      const written = place && valueOf(model.sources, place);
      if (!found.has(name) || found.get(name)?.description === undefined)
        found.set(name, parameter(name, written ?? null));
    }
  return [...found.values()];
}

function parameter(name: string, written: Json): Parameter {
  const [description, location, preset] = ["description", "location", "default"].map((key) => ownString(written, key));
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(preset === undefined ? {} : { default: preset }),
    values: strings(isObject(written) ? own(written, "enum") : undefined),
    examples: strings(isObject(written) ? own(written, "examples") : undefined),
  };
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === "string") : [];
}

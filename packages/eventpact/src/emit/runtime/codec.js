import { parseJson } from "./json.js";

/**
 * Reads and checks events, from a table of what there is.
 *
 * @param {{
 *   events: readonly {
 *     key: string, eventType: string, version: number, enveloped: boolean, validate: Function,
 *     reader?: { validate: Function, complete?: Function },
 *   }[],
 *   limits: { maxBytes: number, maxDepth: number },
 * }} table
 */
export function createCodec({ events, limits }) {
  const byKey = new Map(events.map((event) => [event.key, event]));
  const byType = new Map();
  for (const event of events) {
    if (!event.enveloped) continue;
    const versions = byType.get(event.eventType) ?? new Map();
    byType.set(event.eventType, versions.set(event.version, event));
  }

  function decode(bytes) {
    const parsed = parseJson(bytes, limits);
    if (!parsed.ok) return parsed;
    const envelope = parsed.value;
    const found = recognise(envelope, byType);
    return found.ok === false ? found : checked(found, envelope);
  }

  function decodeAs(key, bytes) {
    const event = byKey.get(key);
    if (!event) return { ok: false, code: "unknown-type", message: unknownKey(key) };
    const parsed = parseJson(bytes, limits);
    return parsed.ok ? checked(event, parsed.value) : parsed;
  }

  function read(key, value) {
    const event = byKey.get(key);
    return event ? checked(event, value) : { ok: false, code: "unknown-type", message: unknownKey(key) };
  }

  function validate(key, envelope) {
    const event = byKey.get(key);
    if (!event) return { ok: false, message: unknownKey(key), path: "" };
    const fault = faultOf(event, event.validate, envelope);
    return fault ? { ok: false, ...fault } : { ok: true };
  }

  return { decode, decodeAs, read, validate };
}

function recognise(envelope, byType) {
  if (typeof envelope !== "object" || envelope === null || Array.isArray(envelope)) {
    return { ok: false, code: "not-an-envelope", message: "the message is JSON, but not an object" };
  }
  const eventType = Object.hasOwn(envelope, "eventType") ? envelope.eventType : undefined;
  const version = Object.hasOwn(envelope, "version") ? envelope.version : undefined;
  if (typeof eventType !== "string" || !Number.isInteger(version)) {
    const message = "the message has no envelope: eventType (a text) and version (a whole number) are needed";
    return { ok: false, code: "not-an-envelope", message };
  }
  const versions = byType.get(eventType);
  if (!versions) {
    const message = `there is no event type ${shown(eventType)}`;
    return { ok: false, code: "unknown-type", message, path: "/eventType", eventType, version };
  }
  const event = versions.get(version);
  if (event) return event;
  const known = [...versions.keys()].sort((a, b) => a - b).join(", ");
  const message = `${eventType} has no version ${version}; known: ${known}`;
  return { ok: false, code: "unknown-version", message, path: "/version", eventType, version };
}

/** What the document allows is handed on as it is; what only its reader takes is completed. */
function checked(event, value) {
  let fault = faultOf(event, event.validate, value);
  if (!fault) return { ok: true, event: event.key, envelope: value };
  const { validate, complete } = event.reader ?? {};
  if (validate) fault = faultOf(event, validate, value);
  if (!fault) return { ok: true, event: event.key, envelope: complete ? complete(value) : value };
  return { ok: false, code: "invalid", ...fault, eventType: event.eventType, version: event.version };
}

function faultOf(event, validate, value) {
  try {
    if (validate(value)) return undefined;
  } catch (error) {
    // A recursive schema meets a value nested deeper than the stack; only a value that was not decoded can be.
    return { message: `${event.key} cannot be checked: ${error.message}`, path: "" };
  }
  const fault = tellingError(validate.errors ?? []);
  const path = fault?.instancePath ?? "";
  return { message: `${event.key} is not valid: ${path === "" ? "it" : path} ${explain(fault)}`, path };
}

/** The error furthest inside: of a union's branches, the one that came closest. */
function tellingError(errors) {
  let telling = errors[0];
  for (const error of errors) {
    if (depthOf(error.instancePath) >= depthOf(telling.instancePath)) telling = error;
  }
  return telling;
}

function depthOf(path) {
  return path.split("/").length;
}

function explain(error) {
  if (!error) return "is refused by its schema";
  const { keyword, params, message } = error;
  if (keyword === "enum") return `must be one of ${shown(params.allowedValues)}`;
  if (keyword === "const") return `must be ${shown(params.allowedValue)}`;
  if (keyword === "additionalProperties") return `must not have the property ${shown(params.additionalProperty)}`;
  if (keyword === "unevaluatedProperties") return `must not have the property ${shown(params.unevaluatedProperty)}`;
  if (keyword === "false schema") return "is not allowed here";
  return message ?? "is refused by its schema";
}

function unknownKey(key) {
  return `there is no event ${shown(key)}`;
}

function shown(value) {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

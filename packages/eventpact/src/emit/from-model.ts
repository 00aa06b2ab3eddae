import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { EventVersion, Model, OperationMessage } from "../model/types.ts";
import { childPointer } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";
import { spanAt } from "../read/sources.ts";
import type { EmitEvent, EmitInput, EmitTrouble } from "./input.ts";

/** What generated code is made of, from a model; and what had to be left out. */
export function emitInput(model: Model): { readonly input: EmitInput; readonly troubles: readonly EmitTrouble[] } {
  const troubles: EmitTrouble[] = [];
  const events = model.events.flatMap((event) => emitEvent(event, troubles));
  const kept = new Set(events.map(({ key }) => key));
  const leftOut = new Map(
    troubles.flatMap(({ event, leavesOut }) => (leavesOut === undefined ? [] : [[event, leavesOut] as const])),
  );
  const operations = (list: readonly OperationMessage[]): OperationMessage[] =>
    list.filter(({ event }) => kept.has(event)).map(({ operationId, event }) => ({ operationId, event }));
  return {
    input: {
      folder: model.folder,
      events,
      leftOut,
      topics: model.topics.map(({ name, partitions, retentionMs, cleanupPolicy, writers, events: keys }) => ({
        name,
        partitions: partitions ?? 1,
        ...(retentionMs === undefined ? {} : { retentionMs }),
        ...(cleanupPolicy === undefined ? {} : { cleanupPolicy }),
        writer: writers[0] ?? "",
        events: keys.filter((key) => kept.has(key)),
      })),
      services: model.services.map(({ name, title, file, sends, receives }) => ({
        name,
        ...idOf(model, file),
        title,
        sends: operations(sends),
        receives: operations(receives),
      })),
    },
    troubles,
  };
}

function idOf({ documents }: Model, file: string): { readonly id?: string } {
  const id = documents.find((document) => document.file === file)?.id;
  return id === undefined ? {} : { id };
}

/** A trouble as a diagnostic at the event's message object. */
export function troubleDiagnostic(model: Model, trouble: EmitTrouble): Diagnostic {
  const { code, severity, message, hint } = trouble;
  const event = model.events.find(({ key }) => key === trouble.event);
  const place = trouble.place ?? event?.place ?? { file: model.folder, pointer: "" };
  const said = { code, severity, message, ...(hint === undefined ? {} : { hint }) };
  return { ...said, file: place.file, ...spanAt(model.sources, place) };
}

function emitEvent(event: EventVersion, troubles: EmitTrouble[]): readonly EmitEvent[] {
  const { payload } = event;
  if (payload.kind === "opaque") {
    const leavesOut = `its payload is ${JSON.stringify(payload.format)}, not JSON Schema`;
    const message = `${event.key} is left out: ${leavesOut}.`;
    troubles.push({ code: "payload-json-schema", severity: "warning", event: event.key, message, leavesOut });
    return [];
  }
  const [gap] = payload.kind === "none" ? [] : payload.unread;
  if (gap) {
    const leavesOut = "a part of its payload was not read";
    const message = `${event.key} is left out, because ${leavesOut}: ${gap.message}`;
    troubles.push({
      code: "event-left-out",
      severity: "error",
      event: event.key,
      message,

      leavesOut,
    });
    return [];
  }
  const { key, eventType, enveloped, lifecycle, file, hash } = event;
  const description = event.description ?? event.summary;
  return [
    {
      key,
      eventType,
      enveloped,
      lifecycle,
      file,
      hash,
      ...(event.version === undefined ? {} : { version: event.version }),
      ...(event.title === undefined ? {} : { title: event.title }),
      ...(description === undefined ? {} : { description }),
      ...(event.keyLocation ? { keyLocation: event.keyLocation } : {}),
      topic: event.topics[0] ?? "",
      schema: payload.kind === "none" ? true : payload.schema,
      dialect: payload.kind === "none" ? "draft-07" : payload.dialect,
      ...(payload.kind === "none" ? {} : { bundled: payload, isReference: isReference(event, payload.place) }),
    },
  ];
}

/** Was the payload written somewhere else than in the message? */
function isReference({ place }: EventVersion, payload: Place): boolean {
  const inline = childPointer(place.pointer, "payload");
  return payload.file !== place.file || (payload.pointer !== inline && payload.pointer !== `${inline}/schema`);
}

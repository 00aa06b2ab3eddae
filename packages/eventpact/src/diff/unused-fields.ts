import type { EventVersion, Model } from "../model/types.ts";
import { guaranteeOf } from "../contracts/projection.ts";
import { requirementsOf } from "../contracts/requirements.ts";
import { stepsOfPath } from "../contracts/schema-checks.ts";
import { allFields, fieldTree } from "../site/facts/fields.ts";
import type { Reliance } from "./contracts.ts";

/** The fields of an event that none of its consumers uses. */
export interface UnusedFields {
  readonly event: string;
  readonly fields: readonly string[];
}

/**
 * For events that somebody receives and whose every receiver has a contract: the innermost fields that no contract speaks of.
 * Of an event in an envelope only `data` counts, and the key is used by the topic.
 */
export function unusedFields(
  model: Model,
  about: ReadonlyMap<string, readonly Reliance[]>,
  events: ReadonlySet<string>,
): readonly UnusedFields[] {
  return model.events.flatMap((event) => {
    const mine = about.get(event.key) ?? [];
    const consumers = new Set(mine.map(({ consumer }) => consumer));
    if (!events.has(event.key) || event.receivers.length === 0) return [];
    if (event.receivers.some((receiver) => !consumers.has(receiver)) || event.payload.kind !== "json-schema") return [];
    const used = new Set(mine.flatMap((reliance) => fieldsRead(reliance, event)));
    if (event.keyLocation?.source === "payload") used.add(event.keyLocation.pointer.slice(1).replaceAll("/", "."));
    const fields = leaves(event, event.payload).filter(
      (path) =>
        ![...used].some((one) => one === path || (one.startsWith(path) && /^[.[]/.test(one.slice(path.length)))),
    );
    return fields.length > 0 ? [{ event: event.key, fields }] : [];
  });
}

function leaves(event: EventVersion, payload: EventVersion["payload"] & { kind: "json-schema" }): readonly string[] {
  const all = [...allFields(fieldTree(payload.schema))];
  const inner = all.filter(
    ({ children, item, choices }) => children.length + choices.length === 0 && item === undefined,
  );
  const paths = inner.map(({ path }) => path).filter((path) => !event.enveloped || path.startsWith("data."));
  return [...new Set(paths)];
}

function fieldsRead({ interaction }: Reliance, { payload }: EventVersion): readonly string[] {
  const dialect = payload.kind === "json-schema" ? payload.dialect : "draft-07";
  const relied = requirementsOf(guaranteeOf(interaction, dialect).schema).map(({ path }) => path);
  return [...relied, ...interaction.uses.map(stepsOfPath)].map(nameOf);
}

function nameOf(steps: readonly string[]): string {
  return steps
    .map((step) => (/^\d+$|^\*$/.test(step) ? "[]" : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

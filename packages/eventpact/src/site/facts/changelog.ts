import type { Comparison, Verdict } from "@eventpact/compat";
import type { SchemaJudge } from "../../judge/judge.ts";
import type { EventVersion, Lifecycle, Model } from "../../model/types.ts";
import type { FieldChange } from "./differences.ts";
import { versionStep } from "./versions.ts";

/** What one commit (or the working tree) did to the events. */
export interface ChangelogEntry {
  /** Absent for what is not committed yet. */
  readonly commit?: { readonly id: string; readonly date: string; readonly subject: string };
  readonly changes: readonly EventChange[];
}

export type EventChange =
  | { readonly kind: "added" | "removed"; readonly event: string }
  | {
      readonly kind: "changed";
      readonly event: string;
      readonly fields: readonly FieldChange[];
      /** Reading old events with the new schema, and new events with the old one. Absent where the payload is the same. */
      readonly backward?: Verdict;
      readonly forward?: Verdict;
      /** Why something is undecided, and what to know about what was proved. */
      readonly notes?: readonly string[];
      readonly lifecycle?: { readonly before: Lifecycle; readonly after: Lifecycle };
      /** Parts beside the payload that differ. */
      readonly parts: readonly ("headers" | "key" | "contentType")[];
    };

/** What differs between two states of a folder, by event version; words for people do not count. */
export function eventChanges(before: Model, after: Model, judge: SchemaJudge): readonly EventChange[] {
  const old = new Map(before.events.map((event) => [event.key, event]));
  const now = new Map(after.events.map((event) => [event.key, event]));
  const changes: EventChange[] = [];
  for (const [key, event] of now) {
    const was = old.get(key);
    if (was === undefined) changes.push({ kind: "added", event: key });
    else if (was.hash !== event.hash || was.lifecycle !== event.lifecycle)
      changes.push(...[changeOf(was, event, judge)].filter(isTelling));
  }
  for (const key of old.keys()) if (!now.has(key)) changes.push({ kind: "removed", event: key });
  return changes;
}

/** A schema that was only written differently, proved to mean the same in both directions, is no news. */
function isTelling(change: EventChange): boolean {
  if (change.kind !== "changed") return true;
  const isProvedEqual = change.backward === "compatible" && change.forward === "compatible";
  return !isProvedEqual || change.fields.length > 0 || change.parts.length > 0 || change.lifecycle !== undefined;
}

function changeOf(was: EventVersion, is: EventVersion, judge: SchemaJudge): EventChange {
  const step = was.hash === is.hash ? undefined : versionStep(was, is, judge);
  const hasNewPayload = step !== undefined && payloadText(was) !== payloadText(is);
  const headers = JSON.stringify(was.headers?.schema) !== JSON.stringify(is.headers?.schema);
  const parts = [
    ...(headers ? (["headers"] as const) : []),
    ...(was.keyLocation?.pointer === is.keyLocation?.pointer ? [] : (["key"] as const)),
    ...(was.contentType === is.contentType ? [] : (["contentType"] as const)),
  ];
  return {
    kind: "changed",
    event: is.key,
    fields: step?.changes ?? [],
    ...(hasNewPayload && step.comparison
      ? {
          backward: step.comparison.backward.verdict,
          forward: step.comparison.forward.verdict,
          ...noted(notesOf(step.comparison)),
        }
      : {}),
    ...(was.lifecycle === is.lifecycle ? {} : { lifecycle: { before: was.lifecycle, after: is.lifecycle } }),
    parts,
  };
}

const noted = (notes: readonly string[]): { readonly notes?: readonly string[] } =>
  notes.length === 0 ? {} : { notes };

/** What a comparison says beside its verdicts, each once. */
export function notesOf({ backward, forward }: Comparison): readonly string[] {
  const said = [backward, forward].flatMap(({ note, reason }) => note ?? reason ?? []);
  return [...new Set(said)];
}

function payloadText(event: EventVersion): string {
  return JSON.stringify("schema" in event.payload ? event.payload.schema : null);
}

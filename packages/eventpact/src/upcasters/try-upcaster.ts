import { types } from "node:util";
import { instancesOf, simplest } from "@eventpact/compat";
import type { Json as CompatJson, Schema } from "@eventpact/compat";
import type { Json } from "../read/json.ts";
import { canonicalJson, own } from "../read/json.ts";
import { compileReader } from "../validate/reader.ts";
import { later } from "./clock.ts";
import { notJson } from "./not-json.ts";
import type { Failure, FailureKind, TrialEvent } from "./types.ts";

/** As the runtime calls it: the older version's data, and the whole event. */
export type Upcast = (data: Json | undefined, envelope: Json) => unknown;

/** Calls with a time limit; throws `Endless` when that is over. */
export type Limited = <Result>(work: () => Result) => Result;
export class Endless extends Error {}

interface Found {
  readonly kind: FailureKind;
  readonly message: string;
  readonly pointer?: string;
  readonly answer?: Json;
}

/** A day, an hour, a minute, a second and a millisecond: no part of the time stays the same. */
const LATER = 90_061_001;
/** Beside one instance for each place of the two schemas, so many in which these come together. */
const MIXED = 100;

/**
 * Events of the older version as its decoder hands them on, chosen for being read as the newer: valid ones and, where the
 * policy has readers take more, what they make of that. None where its schema cannot be compiled or accepts nothing that
 * could be found.
 */
export function instancesFor({ schema, dialect, policy }: TrialEvent, to: TrialEvent): readonly Json[] {
  const reader = compileReader({ schema, dialect }, policy);
  if ("fault" in reader) return [];
  const against = to.dialect === dialect ? { against: to.schema as Schema } : {};
  const valid = instancesOf(schema as Schema, { dialect, mixed: MIXED, ...against });
  const taken = reader.schema === schema ? [] : instancesOf(reader.schema, { dialect, ...against });
  const handedOn = [...valid, ...taken].flatMap((instance) => {
    const read = reader.take(instance as Json);
    return read.ok ? [[canonicalJson(read.value), read.value] as const] : [];
  });
  return [...new Map(handedOn).values()];
}

/**
 * Reads valid events of the older version through an upcaster and says how it fails, each way shown by the simplest event
 * that was found. Tries instances, proves nothing: `tried` says how many.
 */
export function tryUpcaster(
  upcast: Upcast,
  instances: readonly Json[],
  from: TrialEvent,
  to: TrialEvent,
  limited: Limited,
): { readonly tried: number; readonly failures: readonly Failure[] } {
  if ("fault" in compileReader(to, to.policy)) return { tried: 0, failures: [] };
  const failing = new Map<string, { found: Found; instances: Json[] }>();
  let tried = 0;
  for (const instance of instances) {
    tried += 1;
    const found = failuresOf(upcast, instance, to, limited);
    for (const one of found) {
      const group = failing.get(groupOf(one)) ?? { found: one, instances: [] };
      group.instances.push(instance);
      failing.set(groupOf(one), group);
    }
    // Each further one would take the whole time again.
    if (found.some(({ kind }) => kind === "endless")) break;
  }
  return {
    tried,
    failures: [...failing].map(([group, { found, instances: bad }]) => {
      const smallest = bad.reduce((a, b) => (JSON.stringify(b).length < JSON.stringify(a).length ? b : a));
      const again = (value: Json): Found | undefined =>
        failuresOf(upcast, value, to, limited).find((one) => groupOf(one) === group);
      if (found.kind === "endless") return failureOf(found, bad.length, smallest);
      const keeps = (value: CompatJson): boolean => again(value) !== undefined;
      const instance = simplest(from.schema as Schema, smallest as CompatJson, keeps, {
        dialect: from.dialect,
      }) as Json;
      return failureOf(again(instance) ?? found, bad.length, instance);
    }),
  };
}

const failureOf = (found: Found, count: number, instance: Json): Failure => ({ ...found, count, instance });

/** Failures of one kind are one finding, but for the places at which what came out is invalid; items of a list are one place. */
const groupOf = ({ kind, pointer = "" }: Found): string =>
  kind === "invalid" ? `${kind} ${pointer.replaceAll(/\/\d+(?=\/|$)/g, "/*")}` : kind;

function failuresOf(upcast: Upcast, instance: Json, to: TrialEvent, limited: Limited): readonly Found[] {
  const ask = (): { readonly answer: unknown; readonly isUntouched: boolean } => {
    const copy = structuredClone(instance);
    const answer = limited(() => upcast(own(copy, "data"), copy));
    return { answer, isUntouched: isSame(copy, instance) };
  };
  let first: ReturnType<typeof ask>;
  let second: ReturnType<typeof ask>;
  try {
    first = ask();
    second = later(LATER, ask);
  } catch (error) {
    return [error instanceof Endless ? { kind: "endless", message: error.message } : thrown(error)];
  }
  const { answer, isUntouched } = first;
  const changed: readonly Found[] = isUntouched
    ? []
    : [{ kind: "changes-input", message: "it changes the event it is given" }];
  if (types.isPromise(answer)) {
    for (const one of [answer, second.answer]) if (types.isPromise(one)) one.catch(() => undefined);
    return [...changed, { kind: "not-json", message: "it answers a promise" }];
  }
  const odd = notJson(answer);
  if (odd) {
    const message = `it answers ${odd.what}${odd.pointer === "" ? "" : ` at ${odd.pointer}`}`;
    return [...changed, { kind: "not-json", message }];
  }
  const data = JSON.parse(JSON.stringify(answer)) as Json;
  const steady: readonly Found[] = isSame(second.answer, answer)
    ? []
    : [{ kind: "unsteady", message: "asked twice, it answers differently", answer: data }];
  return [...changed, ...steady, ...invalid(instance, data, to)];
}

function invalid(instance: Json, data: Json, to: TrialEvent): readonly Found[] {
  const reader = compileReader(to, to.policy);
  if ("fault" in reader) return [];
  const event: Json = { ...(instance as object), eventType: to.eventType, version: to.version, data };
  // As the runtime does: what an upcaster makes is read like what was received.
  const taken = reader.take(event);
  return (taken.ok ? [] : taken.mismatches).map(({ pointer, message }) => ({
    kind: "invalid",
    pointer,
    message,
    answer: data,
  }));
}

/** Whether two values are the same JSON; what is none is nothing's same. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return canonicalJson(one as Json) === canonicalJson(other as Json);
  } catch {
    return false;
  }
}

function thrown(error: unknown): Found {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "throws", message: `it throws: ${message.slice(0, 500)}` };
}

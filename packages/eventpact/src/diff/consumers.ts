import { shownWitness } from "@eventpact/compat";
import type { Json, Judgement, Schema } from "@eventpact/compat";
import { guaranteeOf } from "../contracts/projection.ts";
import type { Requirement } from "../contracts/requirements.ts";
import { requirementsOf } from "../contracts/requirements.ts";
import { stepsOfPath } from "../contracts/schema-checks.ts";
import type { SchemaJudge, SchemaSide } from "../judge/judge.ts";
import { payloadSide } from "../judge/sides.ts";
import type { Reliance } from "./contracts.ts";
import type { EventPair } from "./events.ts";
import type { ConsumerEffect, Draft } from "./types.ts";

/** What the newer schema of an event no longer gives one consumer, by what its contract asks. */
interface View {
  readonly consumer: string;
  readonly event: string;
  /** Guaranteed by the older schema and not by the newer one. */
  readonly broken: readonly { readonly path: string; readonly witness?: Json }[];
  /** Guaranteed by neither, or undecided. */
  readonly open: readonly string[];
  /** Every field that the contract speaks of, and those that are read where they are there. */
  readonly relied: readonly string[];
  readonly used: readonly string[];
  readonly isProved: boolean;
  readonly isPending: boolean;
}

/**
 * Who is hit by the changes of one event's payload: the answer for a change is every consumer of the event with what the
 * change means for it. Nothing is proved about schemas that are no JSON Schema.
 */
export function payloadConsumers(
  pair: EventPair,
  about: readonly Reliance[],
  judge: SchemaJudge,
  isForwardCompatible: boolean,
): (draft: Draft) => readonly ConsumerEffect[] {
  const [was, is] = [pair.older.payload, pair.newer.payload];
  const schemas =
    was.kind === "json-schema" && is.kind === "json-schema"
      ? { was: payloadSide(pair.older, was), is: payloadSide(pair.newer, is) }
      : undefined;
  const { key, receivers } = pair.newer;
  const views = [...Map.groupBy(about, ({ consumer }) => consumer)].map(([consumer, all]) =>
    joinViews(
      consumer,
      key,
      all.map(({ interaction }) => viewOf(interaction, schemas, judge)),
    ),
  );
  const known = new Set(views.map(({ consumer }) => consumer));
  const silent = receivers.filter((receiver) => !known.has(receiver));
  return (draft) =>
    [
      ...views.map((view) => effectOf(view, draft)),
      ...silent.map((consumer) => withoutContract(consumer, key, draft, isForwardCompatible)),
    ].toSorted((a, b) => (a.consumer < b.consumer ? -1 : 1));
}

function withoutContract(consumer: string, event: string, draft: Draft, isForwardCompatible: boolean): ConsumerEffect {
  const base = { consumer, event, fields: [] };
  const mayRead = draft.code.startsWith("property-re") || draft.level === "breaking" || draft.level === "undecided";
  if (isForwardCompatible && !mayRead)
    return {
      ...base,
      effect: "unaffected",
      reason: "has no contract, but every new event is one by the older schema",
    };
  return { ...base, effect: "could-break", reason: "has no contract that says what it reads" };
}

type PartialView = Omit<View, "consumer" | "event">;

function viewOf(
  interaction: Reliance["interaction"],
  schemas: { readonly was: SchemaSide; readonly is: SchemaSide } | undefined,
  judge: SchemaJudge,
): PartialView {
  const dialect = schemas?.is.dialect ?? "draft-07";
  const { schema: projection, unknown } = guaranteeOf(interaction, dialect);
  const requirements = requirementsOf(projection);
  const relied = [...new Set(requirements.map(({ path }) => pointerOf(path)))];
  const used = interaction.uses.map((path) => pointerOf(stepsOfPath(path)));
  const base = { relied, used, isPending: interaction.pending };
  const guaranteed = (side: SchemaSide, asks: Schema): Judgement => judge.guarantees(side, asks);
  if (!schemas) return { ...base, broken: [], open: relied, isProved: false };
  if (guaranteed(schemas.is, projection).verdict === "compatible")
    return { ...base, broken: [], open: [], isProved: unknown.length === 0 };
  const broken: { path: string; witness?: Json }[] = [];
  const open: string[] = [];
  const ask = ({ schema, path }: Pick<Requirement, "schema" | "path">): void => {
    const now = guaranteed(schemas.is, schema);
    if (now.verdict === "compatible") return;
    const before = guaranteed(schemas.was, schema).verdict;
    const pointer = pointerOf(path);
    const witness = shownWitness(now);
    if (now.verdict === "incompatible" && before === "compatible")
      broken.push(witness === undefined ? { path: pointer } : { path: pointer, witness });
    else open.push(pointer);
  };
  for (const requirement of requirements) ask(requirement);
  if (broken.length + open.length === 0) ask({ schema: projection, path: [] });
  return { ...base, broken, open, isProved: false };
}

function joinViews(consumer: string, event: string, views: readonly PartialView[]): View {
  const all = <T>(of: (view: PartialView) => readonly T[]): readonly T[] => [...new Set(views.flatMap(of))];
  return {
    consumer,
    event,
    broken: views.flatMap(({ broken, isPending }) => (isPending ? [] : broken)),
    open: [
      ...all(({ open }) => open),
      ...views.flatMap(({ broken, isPending }) => (isPending ? broken.map(({ path }) => path) : [])),
    ],
    relied: all(({ relied }) => relied),
    used: all(({ used }) => used),
    isProved: views.every(({ isProved }) => isProved),
    isPending: views.every(({ isPending }) => isPending),
  };
}

function effectOf(view: View, draft: Draft): ConsumerEffect {
  const { consumer, event } = view;
  const broken = view.broken.filter(({ path }) => draft.fields.some((field) => touches(field, path)));
  const gone = /^property-re(moved|named)$/.test(draft.code);
  const lost = gone ? view.relied.filter((path) => draft.fields.some((field) => isWithin(field, path))) : [];
  const certain = [...broken.map(({ path }) => path), ...(view.isPending ? [] : lost)];
  const hit = [...new Set(certain)].filter(
    (path, _, all) => !all.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
  if (hit.length > 0) {
    const witness = broken.find((one) => one.witness !== undefined)?.witness;
    const fields = hit.map(fieldName);
    return {
      consumer,
      event,
      effect: "breaks",
      fields,
      reason: `reads ${fields.join(", ")}`,
      ...(witness === undefined ? {} : { witness }),
    };
  }
  const touched = (paths: readonly string[]): readonly string[] => [
    ...new Set(paths.filter((path) => draft.fields.some((field) => touches(field, path))).map(fieldName)),
  ];
  const [open, used] = [touched([...view.open, ...lost]), touched(view.used)];
  if (open.length + used.length > 0) {
    const reasons = [
      ...(open.length > 0
        ? [`reads ${open.join(", ")}${view.isPending ? " by a pending contract" : ", which the schema never promised"}`]
        : []),
      ...(used.length > 0 ? [`reads ${used.join(", ")} where it is there`] : []),
    ];
    return { consumer, event, effect: "could-break", fields: [...open, ...used], reason: reasons.join("; ") };
  }
  return {
    consumer,
    event,
    effect: "unaffected",
    fields: [],
    reason: view.isProved
      ? "proved: the newer schema guarantees all that its contract asks"
      : "its contract speaks of no field that changed",
  };
}

/** A change at a field touches what is inside of it and what it is inside of. With two asterisks: a field of that name anywhere. */
function touches(field: string, path: string): boolean {
  if (field === "" || field === "**") return true;
  if (field.startsWith("**/")) return path.split("/").includes(field.slice(3));
  return path === field || path.startsWith(`${field}/`) || field.startsWith(`${path}/`);
}

/** Whether the path is the field or inside of it: gone with it. */
function isWithin(field: string, path: string): boolean {
  if (field.startsWith("**/")) return path.split("/").includes(field.slice(3));
  return field !== "" && field !== "**" && (path === field || path.startsWith(`${field}/`));
}

function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${/^\d+$|^\*$/.test(step) ? "0" : step}`).join("");
}

/** `/data/items/0/price` as people write it: `data.items[].price`. */
function fieldName(path: string): string {
  return path === ""
    ? "the event"
    : path
        .slice(1)
        .replaceAll(/\/0(?=\/|$)/g, "[]")
        .replaceAll("/", ".");
}

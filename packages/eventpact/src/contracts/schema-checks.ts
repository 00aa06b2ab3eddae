import { shownWitness as witnessOf } from "@eventpact/compat";
import type { Judgement, Schema } from "@eventpact/compat";
import type { Memo } from "../cache/memo.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { BundledSchema, Model } from "../model/types.ts";
import { canonicalJson } from "../read/json.ts";
import type { Json } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";
import { compileSchema } from "../validate/compile.ts";
import type { Mismatch } from "../validate/errors.ts";
import { contractCodes } from "./codes.ts";
import { findingInDocument, findingInPact, shownPlace } from "./finding.ts";
import type { MessagePart } from "./message-parts.ts";
import { partsOf } from "./message-parts.ts";
import { metadataFindings } from "./metadata-checks.ts";
import { exactly, guaranteeOf } from "./projection.ts";
import type { Requirement } from "./requirements.ts";
import { isExactValue, requirementsOf } from "./requirements.ts";
import { placeInSchema } from "./schema-place.ts";
import type { Subject } from "./subject.ts";

/** Whether the schemas hold what contracts rely on; needs no producer. Remembered by contract and schema. */
export function checkAgainstSchemas(
  model: Model,
  subjects: readonly Subject[],
  judge: SchemaJudge,
  memo: Memo,
  isPending: (subject: Subject) => boolean,
): readonly Diagnostic[] {
  return subjects.flatMap((subject) => {
    const found = partsOf(subject).map((part) => partFindings(model, subject, part, judge, memo));
    const counting = [...found.flatMap((one) => one.counting), ...metadataFindings(subject)];
    return [...(isPending(subject) ? counting.map(asPending) : counting), ...found.flatMap(({ told }) => told)];
  });
}

function partFindings(
  model: Model,
  subject: Subject,
  part: MessagePart,
  judge: SchemaJudge,
  memo: Memo,
): { readonly counting: readonly Diagnostic[]; readonly told: readonly Diagnostic[] } {
  const { contents, rules, side } = part;
  const { schema, dialect, writtenKeys = [] } = side;
  const policy = [judge.settings.policy, writtenKeys, judge.settings.writtenKeys];
  const input = canonicalJson({ contents, rules, schema, dialect, policy });
  const judged = memo.once("contract", input, () => judgedBy(judge, part, memo));
  return {
    counting: [
      ...exampleFindings(subject, part, judged),
      ...judged.broken.map((one) => brokenFinding(model, subject, part, one)),
    ],
    told: unknownFindings(subject, part, judged),
  };
}

/**
 * Whether the requests of synchronous messages can be: what a consumer was tested with is what it sends, so that its payload is
 * valid as it stands.
 */
export function checkRequests(
  requests: readonly Subject[],
  judge: SchemaJudge,
  isPending: (subject: Subject) => boolean,
): readonly Diagnostic[] {
  return requests.flatMap((subject) => {
    const found = partsOf(subject).flatMap((part) => {
      const example =
        part.schema === subject.event.payload
          ? faultsOf(part.schema, part.contents)
          : exampleFaults(judge, part.contents, part.schema);
      return exampleFindings(subject, part, { example });
    });
    return isPending(subject) ? found.map(asPending) : found;
  });
}

/** What is pending does not count yet, whatever it is that does not hold. */
const asPending = (found: Diagnostic): Diagnostic => ({
  ...found,
  code: "pact-pending",
  severity: contractCodes.find(({ code }) => code === "pact-pending")?.severity ?? "warning",
});

interface Judged {
  readonly example: readonly Mismatch[];
  readonly broken: readonly Broken[];
  readonly unknown: readonly { readonly path: string; readonly matcher: string }[];
}

/** A requirement that the schema does not guarantee. */
interface Broken {
  readonly path: readonly string[];
  readonly kind: Requirement["kind"] | "whole";
  readonly verdict: "incompatible" | "undecided";
  readonly asks: Json;
  /** It is one value exactly, which a provider state may have brought about. */
  readonly isExact: boolean;
  /** An event that the schema allows and the contract does not take. */
  readonly witness?: Json;
  readonly note?: string;
}

function judgedBy(judge: SchemaJudge, { contents, rules, schema, side }: MessagePart, memo: Memo): Judged {
  const { schema: projection, unknown } = guaranteeOf({ contents, rules }, schema.dialect);
  const guaranteed = (asks: Schema): Judgement => judge.guarantees(side, asks);
  // Many contracts differ in their examples only, and ask the same.
  const question = canonicalJson([projection as Json, side as unknown as Json, { ...judge.settings } as Json]);
  const broken = memo.once("contract-broken", question, () => brokenRequirements(projection, schema, guaranteed));
  return { example: exampleFaults(judge, contents, schema), broken, unknown };
}

function brokenRequirements(
  projection: Schema,
  schema: BundledSchema,
  guaranteed: (asks: Schema) => Judgement,
): readonly Broken[] {
  const whole = guaranteed(projection);
  if (whole.verdict === "compatible") return [];
  const broken = requirementsOf(projection).flatMap((requirement) => {
    const judgement = guaranteed(requirement.schema);
    return judgement.verdict === "compatible"
      ? []
      : [
          {
            ...brokenOf(requirement.path, requirement.kind, requirement.asks, judgement),
            isExact: isExactValue(requirement),
          },
        ];
  });
  if (broken.length === 0) return [brokenOf([], "whole", projection, whole)];
  // What is missing altogether has no value that could be wrong.
  const missing = new Set(broken.filter(({ kind }) => kind === "present").map(({ path }) => path.join("\n")));
  return broken.filter(
    ({ kind, path }) => kind === "present" || !missing.has(path.join("\n")) || isDeclared(schema, path),
  );
}

const isDeclared = (schema: BundledSchema, path: readonly string[]): boolean =>
  placeInSchema(schema, path).declared === path.length;

function brokenOf(path: readonly string[], kind: Broken["kind"], asks: Schema, judgement: Judgement): Broken {
  const { note, reason } = judgement;
  const witness = witnessOf(judgement);
  return {
    path,
    kind,
    verdict: judgement.verdict === "undecided" ? "undecided" : "incompatible",
    asks: asks as Json,
    isExact: false,
    ...(witness === undefined ? {} : { witness }),
    ...((note ?? reason) === undefined ? {} : { note: note ?? reason ?? "" }),
  };
}

/**
 * A contract's example holds only what the consumer needs. It is right when some valid event holds it: when the schema and
 * the example have a common instance.
 */
function exampleFaults(judge: SchemaJudge, contents: Json, schema: BundledSchema): readonly Mismatch[] {
  const faults = faultsOf(schema, contents);
  if (faults.length === 0) return [];
  const isAdmitted = judge.admits(schema, exactly(contents, schema.dialect));
  if (isAdmitted === "yes") return [];
  const told = faults.filter(({ message }) => !/ lacks "[^]*"\.$/.test(message));
  if (isAdmitted === "undecided") return told;
  const nothing = { pointer: "", part: "value", message: "No event that the schema allows holds this." } as const;
  return told.length > 0 ? told : [nothing];
}

function faultsOf(schema: BundledSchema, value: Json): readonly Mismatch[] {
  const validate = compileSchema(schema);
  return typeof validate === "function" ? validate(value) : [];
}

function exampleFindings(
  { pact, interaction, event }: Subject,
  { base }: MessagePart,
  { example }: Pick<Judged, "example">,
): readonly Diagnostic[] {
  return example.map(({ pointer, message, hint }) =>
    findingInPact(
      "pact-example-invalid",
      interaction,
      { message: `${pact.consumer} was tested with a ${event.key} that cannot be: ${message}`, hint },
      `${base}${pointer}`,
    ),
  );
}

function unknownFindings({ interaction }: Subject, { base }: MessagePart, { unknown }: Judged): readonly Diagnostic[] {
  const where = base.toLowerCase() === "/metadata" ? "the metadata" : "";
  return unknown.map(({ path, matcher }) =>
    findingInPact("pact-matcher-unknown", interaction, {
      message: `The matcher ${matcher} at ${path}${where === "" ? "" : ` of ${where}`} of "${interaction.description}" is not understood; it is taken as anything.`,
    }),
  );
}

function brokenFinding(
  model: Model,
  { pact, interaction, event }: Subject,
  { schema, nameOf }: MessagePart,
  broken: Broken,
): Diagnostic {
  const { path, kind, verdict, asks, witness, note } = broken;
  const { place, declared } = placeInSchema(schema, path);
  const name = nameOf(path);
  const contract = shownPlace(interaction);
  if (verdict === "undecided")
    return findingInDocument(model, "pact-undecided", place, {
      message: `Whether ${event.key} always has what ${pact.consumer} relies on at ${name} cannot be decided: ${note ?? "no reason given"}.`,
      hint: `The contract is ${contract}.`,
    });
  const shown =
    witness === undefined
      ? ""
      : ` The schema allows ${shownWitness(witness, kind === "present" ? path.slice(0, -1) : path)}.`;
  if (kind === "present" && declared < path.length)
    return findingInDocument(model, "pact-field-undeclared", place, {
      message: `${pact.consumer} relies on ${name}, which the schema of ${event.key} does not declare.`,
      hint: `Declare it and require it here, or do not rely on it: ${contract}.`,
    });
  if (kind === "present")
    return findingInDocument(model, "pact-field-optional", place, {
      message: `${pact.consumer} relies on ${name}, which ${event.key} may leave out.${shown}`,
      hint: `Require it, or let the consumer do without it: ${contract}.`,
    });
  if (broken.isExact && interaction.states.length > 0)
    return findingInPact("pact-value-by-state", interaction, {
      message: `${pact.consumer} takes ${shownAsk(asks)} at ${name} of ${event.key}, in the state ${interaction.states.map((state) => JSON.stringify(state)).join(" and ")}; the schema allows more.`,
      hint: "A matcher says what the consumer really needs; the exact value is held against the producer's code only.",
    });
  return findingInDocument(model, "pact-value-narrower", place, {
    message: `${pact.consumer} takes ${shownAsk(asks)} at ${name} of ${event.key}, but the schema allows more.${shown}`,
    hint: `Widen what the consumer takes, or narrow the schema: ${contract}.`,
  });
}

/** The part of the witness that matters, short enough to read. */
function shownWitness(witness: Json, path: readonly string[]): string {
  let part: Json | undefined = witness;
  for (const step of path) {
    const next: Json | undefined = valueAt(part, `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    if (next === undefined) break;
    part = next;
  }
  return cut(JSON.stringify(part));
}

const cut = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

function shownAsk(asks: Json): string {
  const text = Object.entries(asks as Readonly<Record<string, Json>>)
    .filter(([keyword]) => !["properties", "required", "items"].includes(keyword))
    .map(([keyword, value]) =>
      keyword === "type" ? `the type ${String(value)}` : `${keyword} ${JSON.stringify(value)}`,
    );
  return cut(text.join(", ") || "only what its contract names");
}

/** The steps of a JSON path as the verifier writes it: `$.data.items[0].name`. */
export function stepsOfPath(path: string): readonly string[] {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+|\*)\]|\['([^']*)'\]/g);
  return [...steps].map(([, name, index, quoted]) => name ?? quoted ?? (index === "*" ? "0" : (index ?? "")));
}

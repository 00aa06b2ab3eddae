import type { Store } from "../cache/store.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BundledSchema, EventVersion, Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { compileSchema } from "../validate/compile.ts";
import { findingInDocument } from "./finding.ts";
import type { Pact } from "./pact.ts";
import type { Asked, SaidMessage } from "./provider-run.ts";
import { runProvider } from "./provider-run.ts";
import type { ContractRecord, ProducerRecord } from "./records.ts";
import { isRecord, joined } from "./records.ts";
import type { ProviderSettings } from "../config/settings.ts";
import { sourceHash } from "./source-hash.ts";
import type { Subject } from "./subject.ts";

/** What is asked of one producer. */
export interface ProviderQuestion {
  readonly root: string;
  readonly model: Model;
  readonly provider: string;
  readonly settings: ProviderSettings;
  /** Its contracts, with what their interactions are about. */
  readonly pacts: readonly Pact[];
  readonly subjects: readonly Subject[];
  /** Earlier results: those of the repository. Others are taken from the store. */
  readonly records: readonly ProducerRecord[];
  readonly store: Store;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Run the code where no result is known; otherwise what is not known stays open. */
  readonly runs: boolean;
}

export interface ProviderVerdict {
  readonly provider: string;
  /** Absent when the verification broke. */
  readonly record?: ProducerRecord;
  /** Nothing was run. */
  readonly remembered: boolean;
  /** Something is not known of the code as it is, and was not found out. */
  readonly isOpen?: boolean;
  readonly milliseconds: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Verifies a producer against those of its contracts that its code, as it is now, has not kept before. */
export async function verifyProvider(question: ProviderQuestion): Promise<ProviderVerdict> {
  const started = performance.now();
  const { root, model, provider, settings, pacts, store, records } = question;
  const service = model.services.find(({ name }) => name === provider);
  const hashes = model.events
    .filter(({ senders }) => senders.includes(provider))
    .map(({ key, hash }) => `${key} ${hash}`);
  const producer = sourceHash(root, settings.sources, [...settings.command, ...hashes]);
  const verdict = (rest: Partial<ProviderVerdict>): ProviderVerdict => ({
    provider,
    remembered: false,
    diagnostics: [],
    ...rest,
    milliseconds: performance.now() - started,
  });
  const broken = (why: string): ProviderVerdict => {
    const place = service
      ? { file: service.file, pointer: "/info/title" }
      : { file: pacts[0]?.file ?? "", pointer: "" };
    const hint = `It was run as: ${settings.command.join(" ")}`;
    return verdict({
      diagnostics: [
        findingInDocument(model, "provider-broken", place, {
          message: `The verification of ${provider} broke: ${why}.`,
          hint,
        }),
      ],
    });
  };
  if (producer === undefined) return broken(`none of its sources exists (${settings.sources.join(", ")})`);
  const key = JSON.stringify(["verification", provider, producer]);
  const stored = store.get(key) as Json | undefined;
  const known = [
    ...records.filter((one) => one.producer === producer),
    ...(isRecord(stored) ? [stored as unknown as ProducerRecord] : []),
  ].reduce<ProducerRecord | undefined>(joined, undefined);
  const open = pacts.filter((pact) => !known?.contracts.some((one) => one.pact === pact.hash && one.ok));
  const hasSeen = hashes.length === 0 || (known?.sends.length ?? 0) > 0 || (known !== undefined && pacts.length > 0);
  if (known !== undefined && open.length === 0 && hasSeen) return verdict({ record: known, remembered: true });
  if (!question.runs) return verdict({ ...(known ? { record: known } : {}), remembered: true, isOpen: true });
  const asked = open.flatMap((pact) => askedOf(question, pact));
  const answer = await runProvider(root, provider, settings, asked, question.env);
  if (!answer.ok) return broken(answer.why);
  const contracts: readonly ContractRecord[] = open.map(({ consumer, hash }) => {
    const failed = answer.failed.get(consumer) ?? [];
    return { consumer, pact: hash, ok: failed.length === 0, failed };
  });
  const sends = answer.messages === undefined ? (known?.sends ?? []) : sendsOf(model, answer.messages);
  const record = joined(known, { format: 1, provider, producer, sends, contracts });
  store.put(key, record);
  return verdict({ record });
}

/** The contract without what the producer no longer sends: that is held by the schemas alone. */
function askedOf({ provider, subjects }: ProviderQuestion, pact: Pact): readonly Asked[] {
  const sent = new Set(
    subjects
      .filter((one) => one.pact === pact && one.event.senders.includes(provider))
      .map(({ interaction }) => interaction.pointer),
  );
  const interactions = pact.interactions.filter(({ pointer }) => sent.has(pointer));
  if (interactions.length === 0) return [];
  const key = Object.hasOwn(pact.value, "interactions") ? "interactions" : "messages";
  const listed = pact.value[key] as readonly Json[];
  const kept = listed.filter((_, index) => sent.has(`/${key}/${index}`));
  return [
    {
      consumer: pact.consumer,
      pact: { ...pact.value, [key]: kept },
      descriptions: interactions.map(({ description }) => description),
    },
  ];
}

/** Whether what came out of the code fits what the documents promise to everybody. */
function sendsOf(model: Model, messages: readonly SaidMessage[]): ProducerRecord["sends"] {
  const sends = new Map<string, string[]>();
  for (const { event: key, payload, headers } of messages) {
    const event = model.events.find((one) => one.key === key);
    const problems = event === undefined ? [`No document describes ${key}.`] : problemsOf(event, payload, headers);
    sends.set(key, [...(sends.get(key) ?? []), ...problems]);
  }
  return [...sends]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([event, problems]) => ({
      event,
      ok: problems.length === 0,
      ...(problems.length > 0 ? { problems: [...new Set(problems)] } : {}),
    }));
}

function problemsOf(event: EventVersion, payload: Json, headers: Json | undefined): readonly string[] {
  return [
    ...(event.payload.kind === "json-schema" ? faultsOf(event.payload, payload, "the payload") : []),
    ...(event.headers && headers !== undefined ? faultsOf(event.headers, headers, "the headers") : []),
  ];
}

function faultsOf(schema: BundledSchema, value: Json, part: string): readonly string[] {
  const validate = compileSchema(schema);
  return typeof validate === "function" ? validate(value).map(({ message }) => `In ${part}: ${message}`) : [];
}

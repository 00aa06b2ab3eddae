import type { Store } from "../cache/store.ts";
import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import type { SaidMessage } from "./answer.ts";
import { saidHash } from "./answer.ts";
import { isAsLoaded } from "./loaded.ts";
import type { ProducerRecord } from "./records.ts";
import { isRecord, joined } from "./records.ts";

/** What is known of producers' code: recorded in the repository, or left in the cache by a run without `--record`. */
export interface KnownResults {
  /** Of the code as it lies here; what it loaded besides is as it was, too. */
  readonly here: (provider: string, code: string) => ProducerRecord | undefined;
  /** Of a producer by its name. */
  readonly of: (provider: string, producer: string) => ProducerRecord | undefined;
  /** The messages that the code answered with, as far as the cache has them. */
  readonly said: (record: ProducerRecord) => readonly SaidMessage[];
  readonly keep: (record: ProducerRecord, said: readonly SaidMessage[]) => void;
}

export function knownResults(root: string, recorded: readonly ProducerRecord[], store: Store): KnownResults {
  const cached = (key: readonly string[]): ProducerRecord | undefined => {
    const found = store.get(JSON.stringify(key)) as Json | undefined;
    return isRecord(found) ? (found as unknown as ProducerRecord) : undefined;
  };
  const of = (provider: string, producer: string): ProducerRecord | undefined =>
    [
      ...recorded.filter((one) => one.provider === provider && one.producer === producer),
      ...[cached(["verification-of", provider, producer]) ?? []].flat(),
    ].reduce<ProducerRecord | undefined>(joined, undefined);
  const saidKey = ({ provider, producer }: ProducerRecord): string =>
    JSON.stringify(["verification-said", provider, producer]);
  const said = (record: ProducerRecord): readonly SaidMessage[] => {
    const found = store.get(saidKey(record));
    return Array.isArray(found) ? (found as SaidMessage[]).filter(isObject) : [];
  };
  return {
    here(provider, code) {
      const newest = cached(["verification", provider, code]);
      const candidates = [
        ...(newest === undefined ? [] : [newest]),
        ...recorded.filter((one) => one.provider === provider && one.code === code),
      ];
      const found = candidates.find(({ loaded }) => isAsLoaded(root, loaded));
      return found === undefined ? undefined : of(provider, found.producer);
    },
    of,
    said,
    keep(record, messages) {
      const older = said(record);
      store.put(JSON.stringify(["verification", record.provider, record.code]), record);
      store.put(JSON.stringify(["verification-of", record.provider, record.producer]), record);
      const needed = new Set(record.interactions.flatMap((one) => one.said ?? []));
      const all = [...older, ...messages].filter((one) => needed.has(saidHash(one)));
      store.put(saidKey(record), [...new Map(all.map((one) => [saidHash(one), one])).values()]);
    },
  };
}

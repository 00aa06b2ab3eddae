import { placeName } from "./batches.ts";

interface PartitionAnswer {
  readonly index: number;
  readonly errorCode: number;
  readonly baseOffset: bigint;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/**
 * Which partitions of a failed send were appended after all, and where. The client rejects the whole send when one partition
 * fails; the answers of the others are inside the error: as `produced` for other brokers, as `response` for the same broker.
 */
export function appendedDespite(error: unknown): Map<string, number> {
  const appended = new Map<string, number>();
  const visit = (value: unknown): void => {
    if (!isObject(value)) return;
    for (const { name, answer } of answersIn(value["response"])) {
      if (answer.errorCode === 0 && answer.baseOffset >= 0n) {
        appended.set(placeName(name, answer.index), Number(answer.baseOffset));
      }
    }
    const produced = value["produced"];
    if (isObject(produced) && Array.isArray(produced["offsets"])) {
      for (const { topic, partition, offset } of produced["offsets"] as Appended[]) {
        if (offset >= 0n) appended.set(placeName(topic, partition), Number(offset));
      }
    }
    if (Array.isArray(value["errors"])) value["errors"].forEach(visit);
  };
  visit(error);
  return appended;
}

interface Appended {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

function answersIn(response: unknown): { name: string; answer: PartitionAnswer }[] {
  if (!isObject(response) || !Array.isArray(response["responses"])) return [];
  return (response["responses"] as { name: string; partitionResponses: PartitionAnswer[] }[]).flatMap(
    ({ name, partitionResponses }) => partitionResponses.map((answer) => ({ name, answer })),
  );
}

const tooLargeCodes = new Set([10, 18]);

/** The partitions whose batch the broker found too large (MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE). */
export function tooLargeIn(error: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (!isObject(value)) return;
    for (const { name, answer } of answersIn(value["response"])) {
      if (tooLargeCodes.has(answer.errorCode)) found.add(placeName(name, answer.index));
    }
    if (Array.isArray(value["errors"])) value["errors"].forEach(visit);
  };
  visit(error);
  return found;
}

import { findErrorBy } from "@platformatic/kafka";
import { isMessagingError, MessagingError } from "../../errors.ts";

/** Whether the broker's answer, or any error inside `error`, carries the Kafka error `id` (`OFFSET_OUT_OF_RANGE`). */
export function hasCode(error: unknown, ...ids: readonly string[]): boolean {
  return error instanceof Error && ids.some((id) => findErrorBy(error, "apiId", id) !== null);
}

/** One line for people: the innermost reason rather than "failed 4 times". */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${reasonOf(error.cause)})` : error.message;
}

/** `broker-unavailable` unless it is one of ours already. */
export function unavailable(error: unknown, doing: string): MessagingError {
  if (isMessagingError(error)) return error;
  return new MessagingError("broker-unavailable", `Kafka: ${doing}: ${reasonOf(error)}`, { cause: error });
}

/** Runs `work` and rejects with `broker-unavailable` where the client rejects with its own errors. */
export async function orUnavailable<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unavailable(error, doing);
  }
}

import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";

/** Whether a Kafka broker (not merely some server) answers at `brokers` within `timeoutMs`; the reason if not. */
export async function probe(brokers: readonly string[], timeoutMs = 3_000): Promise<string | undefined> {
  const admin = new Admin({
    clientId: "eventpact-probe",
    bootstrapBrokers: [...brokers],
    connectTimeout: timeoutMs,
    timeout: timeoutMs,
    retries: 0,
  });
  try {
    const metadata = await admin.metadata({});
    return metadata.brokers.size > 0 ? undefined : "no broker is registered";
  } catch (error) {
    return reasonOf(error);
  } finally {
    await admin.close().catch(() => undefined);
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};

/** Resolves when a broker answers; rejects with what `dead` says as soon as it says something, or after `timeoutMs`. */
export async function untilReachable(
  brokers: readonly string[],
  timeoutMs: number,
  dead: () => string | undefined,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const why = await probe(brokers, 2_000);
    if (why === undefined) return;
    const end = dead();
    if (end !== undefined) throw new Error(end);
    if (Date.now() > deadline) {
      throw new Error(`No broker answered at ${brokers.join(", ")} within ${timeoutMs / 1_000} s: ${why}`);
    }
    await delay(100);
  }
}

/** A loopback port that is free now; `wanted` itself if one is given, or an error that says it is taken. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${wanted} on 127.0.0.1 is taken. Give another one with --port, or stop what listens there.`)
          : error,
      ),
    );
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}

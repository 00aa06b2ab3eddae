import { isMessagingError, type Runtime, type ServiceRuntime } from "@eventpact/messaging";
import { problem } from "../problem.ts";

/** The JSON Schema of a short text in a request. */
export const words = { type: "string", minLength: 1, maxLength: 500 };

/** The service of that name. Throws a problem that names those there are. */
export function find(runtime: Runtime, name: string): ServiceRuntime {
  const found = runtime.services.find((service) => service.name === name);
  if (found) return found;
  const names = runtime.services.map((service) => service.name).join(", ");
  throw problem(404, `There is no service "${name}" here; there are: ${names}.`);
}

/** Errors of the runtime that are the caller's, as problems; anything else stays what it is. */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMessagingError(error, "dead-letter-not-found")) throw problem(404, error.message, { code: error.code });
    if (isMessagingError(error, "payload-conflict")) throw problem(422, error.message, { code: error.code });
    if (isMessagingError(error, "handler-failed")) throw problem(409, error.message, { code: error.code });
    throw error;
  }
}

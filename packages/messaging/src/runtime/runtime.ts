import { MessagingError } from "../errors.ts";
import type { Runtime, RuntimeOptions } from "./api.ts";

/** Puts services, a database and a transport together. Nothing runs before `start()`. */
export function createRuntime(options: RuntimeOptions): Runtime {
  void options;
  throw new MessagingError("closed", "not there yet");
}

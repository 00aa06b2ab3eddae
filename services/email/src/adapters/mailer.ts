import type { Letter } from "../domain.ts";

/** Takes letters to customers. Rejects when the letter was not taken; `retryable` false when it never will be. */
export interface Mailer {
  /** Whether letters stay here to be looked at instead of leaving. */
  readonly captures: boolean;
  send(letter: Letter, date: Date, signal: AbortSignal): Promise<void>;
}

/** For the embedded mode: nothing leaves; the letters can be read at `/emails`. */
export const capturingMailer: Mailer = { captures: true, send: async () => undefined };

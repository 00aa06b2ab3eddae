import { MessagingError } from "@eventpact/messaging";
import { createTransport } from "nodemailer";
import type { Mailer } from "./mailer.ts";

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string;
  /** The sender, `Shop <orders@shop.example>`. */
  readonly from: string;
}

/** A 5xx answer of the mail server is final (RFC 5321, 4.2.1); everything else may be better later. */
const isFinal = (error: unknown): boolean =>
  error instanceof Error && "responseCode" in error && Number(error.responseCode) >= 500;

/** Letters by SMTP, over connections that are kept open. */
export function smtpMailer({ url, from }: SmtpOptions): Mailer {
  const transport = createTransport(
    { url, pool: true, maxConnections: 2, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 },
    { from },
  );
  return {
    captures: false,
    async send({ to, subject, text, html, messageId }, date, signal) {
      signal.throwIfAborted();
      try {
        // The address as an object is one mailbox, whatever characters it has: no second recipient slips in.
        const recipient = { name: "", address: to };
        await transport.sendMail({ to: recipient, subject, text, html, date, messageId: `<${messageId}>` });
      } catch (error) {
        if (!isFinal(error)) throw error;
        throw new MessagingError("handler-failed", "The mail server refuses this letter for good.", {
          cause: error,
          retryable: false,
        });
      }
    },
  };
}

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { SMTPServer } from "smtp-server";
import { smtpMailer } from "../src/adapters/smtp.ts";
import type { Letter } from "../src/domain.ts";

const letter: Letter = {
  orderId: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
  template: "ORDER_RECEIVED",
  messageId: "019bc134-7840-7b97-bff2-d5c62a3d0b33@mail.shop.example",
  to: "alice@example.com",
  subject: "We have your order",
  text: "thank you\n",
  html: "<p>thank you</p>",
};
const date = new Date("2026-01-15T10:30:00Z");
const forever = new AbortController().signal;

describe("letters by SMTP", () => {
  let server: SMTPServer;
  let url: string;
  let received: { to: string[]; raw: string }[];
  let answer: number;

  beforeEach(async () => {
    received = [];
    answer = 250;
    server = new SMTPServer({
      authOptional: true,
      closeTimeout: 1, // the client keeps its connections open
      disabledCommands: ["STARTTLS"],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          received.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
          });
          done(answer === 250 ? null : Object.assign(new Error("refused"), { responseCode: answer }));
        });
      },
    });
    const listening = once(server.server, "listening");
    server.listen(0, "127.0.0.1");
    await listening;
    url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise<void>((done) => server.close(() => done())));

  const mailer = () => smtpMailer({ url, from: "Shop <orders@shop.example>" });

  test("reach the mail server in both forms, under the letter's own Message-ID", async () => {
    await mailer().send(letter, date, forever);
    expect(received).toHaveLength(1);
    expect(received[0]?.to).toEqual(["alice@example.com"]);
    expect(received[0]?.raw).toContain(`Message-ID: <${letter.messageId}>`);
    expect(received[0]?.raw).toContain("Date: Thu, 15 Jan 2026 10:30:00 +0000");
    expect(received[0]?.raw).toContain("Content-Type: text/plain");
    expect(received[0]?.raw).toContain("Content-Type: text/html");
  });

  test("go to one recipient, whatever the address says", async () => {
    await mailer()
      .send({ ...letter, to: "alice@example.com, eve@example.com" }, date, forever)
      .catch(() => undefined);
    expect(received.flatMap(({ to }) => to)).not.toContain("eve@example.com");
  });

  test.each([
    [451, undefined],
    [550, false],
  ])("that the server answers with %i are worth another attempt: %s", async (code, retryable) => {
    answer = code;
    await expect(mailer().send(letter, date, forever)).rejects.toEqual(
      retryable === undefined
        ? expect.not.objectContaining({ retryable: false })
        : expect.objectContaining({ code: "handler-failed", retryable }),
    );
  });
});

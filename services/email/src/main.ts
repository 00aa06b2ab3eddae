import { runAlone, type Api } from "@eventpact/host";
import { defineService } from "@eventpact/messaging";
import * as events from "@shop/events";
import { capturingMailer } from "./adapters/mailer.ts";
import { smtpMailer } from "./adapters/smtp.ts";
import { capturedApi } from "./api.ts";
import { handlersWith } from "./handlers.ts";

const url = process.env["SMTP_URL"];
const mailer = url
  ? smtpMailer({ url, from: process.env["SMTP_FROM"] ?? "Shop <orders@shop.example>" })
  : capturingMailer;

export const email = defineService<Api>({
  name: "email",
  events,
  handlers: handlersWith(mailer),
  migrations: new URL("../migrations/", import.meta.url),
  // A letter that has gone out cannot be undone with a batch; captured letters are rows, and can.
  settings: mailer.captures ? {} : { batchRecords: 1 },
  ...(mailer.captures ? { api: capturedApi } : {}),
});

if (import.meta.main) await runAlone({ service: email }, 3005);

/**
 * The words for customers: one letter per occasion, in plain text and in HTML that says the same.
 */
import { emailSent } from "@shop/events";
import type { Events, NewEvent, Sends } from "@shop/events";

type Sent = NewEvent<Sends["email"]>;
export type Template = Sent["data"]["template"];
type Occasion = Events["OrderCreated.v2" | "OrderShipped.v1" | "OrderDelivered.v1" | "OrderCancelled.v1"];
type Money = Events["OrderCreated.v2"]["data"]["total"];

export interface Letter {
  readonly orderId: string;
  readonly template: Template;
  /** RFC 5322 Message-ID without its brackets; the same event always gives the same. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Wording {
  readonly template: Template;
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly rows?: readonly (readonly [string, string])[];
}

/** Minor units as people write them: 1890 EUR is "€18.90", 500 KRW is "₩500". */
export function formatMoney({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** The letter for an occasion. Pure: the same event always gives the same letter. */
export function write(event: Occasion): Letter {
  const { orderId, email } = event.data;
  const wording = word(event);
  return {
    orderId,
    template: wording.template,
    messageId: `${event.eventId}@mail.shop.example`,
    to: email,
    subject: wording.subject,
    text: asText(wording, orderId),
    html: asHtml(wording, orderId),
  };
}

/** What the world hears once the mail server has taken the letter. */
export const sent = ({ orderId, template, messageId }: Letter): Sent => emailSent({ orderId, template, messageId });

function word(event: Occasion): Wording {
  switch (event.eventType) {
    case "OrderCreated":
      return {
        template: "ORDER_RECEIVED",
        subject: "We have your order",
        greeting: `Hello ${event.data.shippingAddress.name},`,
        paragraphs: ["thank you for your order. We set the goods aside now, and write again when the parcel leaves."],
        rows: [
          ...event.data.items.map(
            ({ name, quantity, unitPrice }) =>
              [
                `${quantity} × ${name}`,
                formatMoney({ amount: quantity * unitPrice.amount, currency: unitPrice.currency }),
              ] as const,
          ),
          ["Total", formatMoney(event.data.total)],
        ],
      };
    case "OrderShipped":
      return {
        template: "ORDER_SHIPPED",
        subject: "Your parcel is on its way",
        greeting: "Hello,",
        paragraphs: [`your parcel is with ${event.data.carrier}.`],
        rows: [
          ["Tracking number", event.data.trackingNumber],
          ...(event.data.estimatedDelivery ? [["Expected", event.data.estimatedDelivery] as const] : []),
        ],
      };
    case "OrderDelivered":
      return {
        template: "ORDER_DELIVERED",
        subject: "Your parcel has arrived",
        greeting: "Hello,",
        paragraphs: ["your parcel was handed over. Enjoy what is in it!"],
        rows: [["Handed over", `${event.data.deliveredAt.slice(0, 16).replace("T", " ")} UTC`]],
      };
    case "OrderCancelled":
      return {
        template: "ORDER_CANCELLED",
        subject: "Your order was cancelled",
        greeting: "Hello,",
        paragraphs: [because[event.data.reason], "Whatever was paid for this order goes back to your account."],
      };
  }
}

const because: Readonly<Record<Events["OrderCancelled.v1"]["data"]["reason"], string>> = {
  OUT_OF_STOCK: "we are sorry: not everything you ordered is in stock, so we have cancelled your order.",
  PAYMENT_FAILED: "your account could not pay for the order, so we have cancelled it.",
  CUSTOMER_REQUEST: "as you asked, your order was cancelled.",
  TIMEOUT: "we are sorry: something on our side took too long, so we have cancelled your order.",
};

function asText({ greeting, paragraphs, rows = [] }: Wording, orderId: string): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  const table = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join("\n");
  return [greeting, ...paragraphs, ...(table === "" ? [] : [table]), `Order ${orderId}`].join("\n\n") + "\n";
}

const escaped: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => escaped[character] ?? "");

function asHtml({ subject, greeting, paragraphs, rows = [] }: Wording, orderId: string): string {
  const cell = "padding:6px 16px 6px 0;border-bottom:1px solid #e5e7eb";
  const table = rows
    .map(
      ([label, value]) => `<tr><td style="${cell}">${escape(label)}</td><td style="${cell}">${escape(value)}</td></tr>`,
    )
    .join("");
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${escape(subject)}</title></head>`,
    '<body style="margin:0;padding:24px;background:#f6f7f9;color:#1f2937;font:16px/1.5 system-ui,sans-serif">',
    '<div style="max-width:560px;margin:auto;padding:24px;background:#fff;border-radius:8px">',
    `<h1 style="margin:0 0 16px;font-size:20px">${escape(subject)}</h1>`,
    [greeting, ...paragraphs].map((paragraph) => `<p>${escape(paragraph)}</p>`).join(""),
    table && `<table style="border-collapse:collapse">${table}</table>`,
    `<p style="color:#6b7280;font-size:13px">Order ${escape(orderId)}</p></div></body></html>`,
  ].join("");
}

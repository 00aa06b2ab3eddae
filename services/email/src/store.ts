import type { Transaction } from "@eventpact/messaging";
import type { Letter, Template } from "./domain.ts";

interface LetterRow {
  message_id: string;
  order_id: string;
  template: Template;
  sent_at: Date;
  recipient: string | null;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
}

const tables = (db: Transaction) => db.withTables<{ letters: LetterRow }>();

/** Remembers a letter before it is sent. False when this order was written to on this occasion already. */
export async function claimLetter(db: Transaction, letter: Letter, at: Date, keepWords: boolean): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto("letters")
    .values({
      message_id: letter.messageId,
      order_id: letter.orderId,
      template: letter.template,
      sent_at: at,
      recipient: keepWords ? letter.to : null,
      subject: keepWords ? letter.subject : null,
      body_text: keepWords ? letter.text : null,
      body_html: keepWords ? letter.html : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export interface Captured {
  readonly messageId: string;
  readonly orderId: string;
  readonly template: Template;
  readonly sentAt: string;
  readonly to: string | null;
  readonly subject: string | null;
  readonly text: string | null;
}

/** The newest captured letters, for one order or all. */
export async function capturedLetters(
  db: Transaction,
  orderId: string | undefined,
  limit: number,
): Promise<Captured[]> {
  let query = tables(db)
    .selectFrom("letters")
    .selectAll()
    .orderBy("sent_at", "desc")
    .orderBy("message_id")
    .limit(limit);
  if (orderId !== undefined) query = query.where("order_id", "=", orderId);
  return (await query.execute()).map((row) => ({
    messageId: row.message_id,
    orderId: row.order_id,
    template: row.template,
    sentAt: row.sent_at.toISOString(),
    to: row.recipient,
    subject: row.subject,
    text: row.body_text,
  }));
}

export async function capturedHtml(db: Transaction, messageId: string): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom("letters")
    .select("body_html")
    .where("message_id", "=", messageId)
    .executeTakeFirst();
  return row?.body_html ?? undefined;
}

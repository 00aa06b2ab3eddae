import { problem, type Api } from "@eventpact/host";
import type { Context, Work } from "@eventpact/messaging";
import { deposit, HIGHEST_BALANCE, type Money, type Refusal, type Said } from "./domain.ts";
import { addEntries, lockAccount, readAccount, readKey, saveKey, type StoredAccount } from "./store.ts";

interface OfAccount {
  Params: { accountId: string };
  Querystring: { asOf?: string };
}

const params = {
  type: "object",
  properties: {
    accountId: { type: "string", minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" },
  },
};

const moneySchema = {
  type: "object",
  required: ["amount", "currency"],
  additionalProperties: false,
  properties: {
    amount: { type: "integer", minimum: 1, maximum: HIGHEST_BALANCE },
    currency: { type: "string", pattern: "^[A-Z]{3}$" },
  },
};

const keySchema = {
  type: "object",
  properties: { "idempotency-key": { type: "string", minLength: 1, maxLength: 200 } },
};
const paidIn = {
  description: "paid in: accountId, balance and version",
  type: "object",
  additionalProperties: true,
};
const asOfSchema = { type: "object", properties: { asOf: { type: "string", format: "date-time" } } };

function refused(refusal: Refusal): Error {
  switch (refusal.code) {
    case "CURRENCY_MISMATCH":
      return problem(409, `The account holds ${refusal.currency}; nothing is converted.`, { ...refusal });
    case "BALANCE_TOO_HIGH":
      return problem(409, `No deposit lifts a balance above ${refusal.highest} minor units.`, { ...refusal });
  }
}

const keyTaken = (): Error =>
  problem(422, "This Idempotency-Key was used for a different deposit; use a new one for a new deposit.");

/** The holder pays in, at most once per idempotency key. Answers the account right after that deposit. */
export async function payIn(
  context: Context,
  accountId: string,
  amount: Money,
  key?: string,
): Promise<Work<Said, StoredAccount>> {
  const { account, version } = await lockAccount(context, accountId);
  const fingerprint = `${accountId} ${amount.amount} ${amount.currency}`;
  const answered = key === undefined ? undefined : await readKey(context, key);
  if (answered !== undefined) {
    if (answered.fingerprint !== fingerprint) throw keyTaken();
    return { events: [], result: await readAccount(context, accountId, answered.version) };
  }
  const decision = deposit(account, accountId, amount);
  if (!decision.ok) throw refused(decision.refusal);
  const after = await addEntries(context, accountId, version, decision.events);
  if (key !== undefined && !(await saveKey(context, key, { fingerprint, accountId, version: after }))) throw keyTaken();
  return { events: decision.events, result: await readAccount(context, accountId, after) };
}

const view = (accountId: string, { account, version }: StoredAccount, asOf?: string) => {
  if (account !== undefined) return { accountId, balance: account.balance, version };
  throw problem(
    404,
    asOf === undefined
      ? `There is no account ${accountId}; its first deposit opens it.`
      : `There was no account ${accountId} at ${asOf}.`,
  );
};

/** Where account holders knock: paying in, and the balance, now or at any moment of the past. */
export const api: Api = (runtime) => async (app) => {
  app.post<OfAccount & { Body: Money; Headers: { "idempotency-key"?: string } }>(
    "/accounts/:accountId/deposits",
    {
      schema: { params, body: moneySchema, headers: keySchema, response: { 201: paidIn } },
      config: { operators: true },
    },
    async (request, reply) => {
      const { accountId } = request.params;
      const key = request.headers["idempotency-key"];
      const account = await runtime.transact({}, (context) => payIn(context, accountId, request.body, key));
      return reply.status(201).send(view(accountId, account));
    },
  );

  app.get<OfAccount>(
    "/accounts/:accountId",
    { schema: { params, querystring: asOfSchema } },
    async ({ params: { accountId }, query: { asOf } }) => {
      const moment = asOf === undefined ? undefined : new Date(asOf);
      return view(accountId, await runtime.read((context) => readAccount(context, accountId, moment)), asOf);
    },
  );
};

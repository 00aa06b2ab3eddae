-- One row per account, to be locked by whoever changes it. Its entries are in the event store, stream account_id.
create table account (
  account_id text primary key
);

-- What became of each order that was heard of, to be locked by whoever decides about it.
create table payment (
  order_id   text primary key,
  -- Null between the lock and the first decision.
  status     text check (status in ('EXPECTED', 'COMPLETED', 'FAILED', 'REFUNDED', 'CANCELLED')),
  account_id text,
  amount     bigint,
  currency   text
);

-- Deposits that were answered, so that a repeated request gets the same answer.
create table idempotency (
  key         text primary key,
  fingerprint text not null,
  account_id  text not null,
  -- Of the account, after the deposit.
  version     integer not null,
  created_at  timestamptz not null
);
create index idempotency_created_at on idempotency (created_at);

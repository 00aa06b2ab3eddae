-- The price list.
create table product (
  product_id text primary key,
  name       text not null,
  amount     bigint not null check (amount >= 0),
  currency   text not null check (currency ~ '^[A-Z]{3}$')
);

-- One row per order, to be locked by whoever changes it. What the order knows is in the event store, stream order_id.
create table orders (
  order_id text primary key,
  -- When the order gives up waiting; null when it waits for nothing.
  deadline timestamptz
);
create index orders_deadline on orders (deadline) where deadline is not null;

-- Requests that were answered, so that a repeated one gets the same answer.
create table idempotency (
  key         text primary key,
  fingerprint text not null,
  order_id    text not null,
  created_at  timestamptz not null
);
create index idempotency_created_at on idempotency (created_at);

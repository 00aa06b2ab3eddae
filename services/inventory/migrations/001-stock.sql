create table stock (
  product_id text primary key,
  available  bigint not null check (available >= 0),
  reserved   bigint not null check (reserved >= 0)
);

-- One row per order that was heard of, to be locked by whoever decides about it.
create table reservation (
  order_id text primary key,
  -- Null between the lock and the first decision.
  status   text check (status in ('RESERVED', 'RELEASED', 'REFUSED', 'CANCELLED')),
  lines    jsonb not null
);

-- The picture of each order: the moments of its steps, and the money.
create table orders (
  order_id text primary key,
  created timestamptz,
  paid timestamptz,
  confirmed timestamptz,
  shipped timestamptz,
  delivered timestamptz,
  cancelled timestamptz,
  reason text,
  amount bigint,
  currency text,
  charged bigint,
  refunded bigint
);

create index orders_by_creation on orders (created);

-- One row per partition: consumers of different partitions never wait for each other's row.
create table event_counts (
  event text not null,
  partition int not null,
  count bigint not null,
  newest timestamptz not null,
  primary key (event, partition)
);

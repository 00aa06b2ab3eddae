create table steps (
  order_id text not null,
  sequence bigint not null,
  step jsonb not null,
  primary key (order_id, sequence)
);

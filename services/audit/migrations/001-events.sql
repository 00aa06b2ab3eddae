-- Every event, for ever.
create table events (
  event_id text primary key,
  event text not null,
  topic text not null,
  partition int not null,
  log_offset bigint not null,
  key text not null,
  correlation_id text not null,
  happened_at timestamptz not null,
  envelope jsonb not null
);

create index events_by_story on events (correlation_id);
create index events_by_time on events (happened_at, event_id);
create index events_by_key on events (key);

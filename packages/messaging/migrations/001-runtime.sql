-- What the runtime keeps in the schema of every service. The service's name is the consumer group,
-- so everything here is per consumer.

-- Events committed with the state and not yet sent. `id` grows in sequence order for each key, because
-- ids are drawn while the key's row in `sequences` is locked.
create table outbox (
  id bigint generated always as identity primary key,
  bucket smallint not null,
  topic text not null,
  key text not null,
  event text not null,
  value bytea not null,
  headers jsonb not null,
  created_at timestamptz not null,
  attempts integer not null default 0,
  next_try_at timestamptz,
  error text
);
create index outbox_by_bucket on outbox (bucket, id);
create index outbox_failed on outbox (topic, key, id) where next_try_at is not null;

-- The last sequence given to an event of a key. Its row lock orders writers of one key.
create table sequences (
  topic text not null,
  key text not null,
  last bigint not null,
  primary key (topic, key)
);

-- One owner sends the events of a bucket, for as long as its lease runs.
create table relay_leases (
  bucket smallint primary key,
  owner text not null,
  until timestamptz not null
);

-- The processes that may own buckets, so that each takes its share.
create table relay_members (
  owner text primary key,
  until timestamptz not null
);

-- Events this consumer has taken responsibility for: handled, parked or dead.
create table inbox (
  id text primary key,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  at timestamptz not null
);
create index inbox_by_age on inbox (at);

-- Below this offset marks may have been cleaned away: what comes again from there is never let in.
create table inbox_horizon (
  topic text not null,
  partition integer not null,
  below bigint not null,
  primary key (topic, partition)
);

-- The last sequence of a key that was handled, ignored or given up. `holes` counts unreadable records of the
-- key whose sequence nobody knows: a gap of that size is explained.
create table heard (
  topic text not null,
  key text not null,
  last bigint not null,
  holes integer not null default 0,
  primary key (topic, key)
);

-- The token of a partition's owner: who takes over draws a new one, and the transactions of the old owner fail.
create table consumer_tokens (
  topic text not null,
  partition integer not null,
  token bigint not null,
  primary key (topic, partition)
);

-- Records being handled right now. A row found at take-over tells that somebody died over them.
create table in_flight (
  topic text not null,
  partition integer not null,
  first bigint not null,
  last bigint not null,
  starts integer not null default 1,
  primary key (topic, partition)
);

-- Events that wait, in order, while the other keys go on.
create table parked (
  id bigint generated always as identity primary key,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key text not null,
  key_bytes bytea,
  value bytea,
  headers jsonb not null,
  recorded_at timestamptz not null,
  event_id text,
  event text,
  sequence bigint,
  why text not null,
  code text,
  reason text not null,
  stack text,
  attempts integer not null,
  waits integer not null default 0,
  started boolean not null default false,
  since timestamptz not null,
  due_at timestamptz not null,
  dead_letter text
);
create index parked_in_order on parked (topic, key, sequence nulls first, partition, "offset", id);
create index parked_by_key on parked (key);

create table dead_letters (
  id text primary key,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key text not null,
  key_bytes bytea,
  value bytea,
  headers jsonb not null,
  recorded_at timestamptz not null,
  event_id text,
  event text,
  sequence bigint,
  code text not null,
  message text not null,
  stack text,
  attempts integer not null,
  first_tried_at timestamptz not null,
  died_at timestamptz not null,
  status text not null default 'open'
);
create index dead_letters_open on dead_letters (id) where status = 'open';

create table dead_letter_audit (
  id bigint generated always as identity primary key,
  dead_letter text not null references dead_letters (id) on delete cascade,
  at timestamptz not null,
  by text not null,
  action text not null,
  note text not null
);
create index dead_letter_audit_by_letter on dead_letter_audit (dead_letter, id);

create table jobs (
  name text primary key,
  due_at timestamptz not null,
  ran_at timestamptz,
  failures integer not null default 0
);

-- The event store: streams of a service's own events.
create table stream_events (
  stream text not null,
  version bigint not null,
  type text not null,
  data jsonb not null,
  recorded_at timestamptz not null,
  primary key (stream, version)
);

create table stream_snapshots (
  stream text not null,
  name text not null,
  version bigint not null,
  state jsonb not null,
  recorded_at timestamptz not null,
  primary key (stream, name, version)
);

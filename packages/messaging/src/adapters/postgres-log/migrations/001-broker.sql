-- The log: topics of partitions of records, and the groups that read them.

create table topics (
  name text primary key,
  partitions integer not null check (partitions > 0),
  retention_ms bigint
);

-- `next` is the offset of the next record. Its row is locked by whoever appends until the append commits, so
-- offsets are dense and in the order of commits: a reader that has seen offset n will never see a lower one appear.
create table partitions (
  topic text not null references topics (name),
  partition integer not null,
  begin_offset bigint not null default 0,
  next_offset bigint not null default 0,
  primary key (topic, partition)
);

create table records (
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key bytea,
  value bytea,
  headers jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, "offset")
);

create table members (
  group_name text not null,
  member text not null,
  topics text[] not null,
  joined_at timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  primary key (group_name, member)
);

-- Who reads a partition for a group, up to when if it falls silent, and what is done. `epoch` grows with every
-- change of owner: what an earlier owner still tries to commit is refused.
create table assignments (
  group_name text not null,
  topic text not null,
  partition integer not null,
  owner text,
  epoch bigint not null default 0,
  until timestamptz,
  committed bigint,
  primary key (group_name, topic, partition)
);

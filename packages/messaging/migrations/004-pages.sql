-- Events in the order of their key, as this consumer took them: a row for each transaction instead of a row for each
-- event. Which event may have been here before is told by its key's sequence and its offset; only then is it looked up.
create table inbox_pages (
  id bigint generated always as identity primary key,
  topic text not null,
  partition integer not null,
  first bigint not null,
  last bigint not null,
  ids text[] not null,
  at timestamptz not null
);
create index inbox_pages_by_place on inbox_pages (topic, partition, last);
create index inbox_pages_by_age on inbox_pages (at);

-- What stays in `inbox` has no place in the order of a key: unreadable bytes, unknown versions, and dead letters that
-- were redriven under an identity that nobody had seen. Nearly always there is none of the latter.
alter table inbox add column redriven boolean not null default false;
create index inbox_redriven on inbox (topic) where redriven;

-- `was` is what `last` was when it was moved: whoever moves it has to have known it. Room in each page of the table lets a
-- row move on within its page, so that its index stays as it is.
alter table heard add column was bigint;
alter table heard set (fillfactor = 60);

-- Everything this consumer has taken, an event a row.
create view taken as
  select i.id, i.topic, i.partition, i.at, i.xmin::text::bigint as written, i.cmin::text::bigint as command, 0::bigint as place
  from inbox i
  union all
  select x.id, p.topic, p.partition, p.at, p.xmin::text::bigint, p.cmin::text::bigint, x.place
  from inbox_pages p cross join lateral unnest(p.ids) with ordinality as x(id, place);

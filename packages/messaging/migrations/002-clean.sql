-- Whether the owner of a partition gave it back in order. Where it did not, it may have died over one of the next
-- records: whoever takes over goes on with care.
alter table consumer_tokens add column clean boolean not null default false;

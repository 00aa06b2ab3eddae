-- The trace that a key's story began with: what a job says about the key later belongs to it.
alter table heard add column traceparent text;
alter table sequences add column traceparent text;

-- What a job says of a key goes on with that key's trace, which the runtime keeps.
alter table parcels drop column traceparent;

-- The trace of the order that the parcel belongs to: what the carrier says later goes on with it.
alter table parcels add column traceparent text;

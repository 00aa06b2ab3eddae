create table parcels (
  order_id text primary key,
  shipment_id text not null,
  state text not null,
  address jsonb not null,
  tracking_number text,
  since timestamptz not null
);

-- The carrier is asked about these, the longest untouched first.
create index parcels_on_the_way on parcels (since) where state in ('waiting', 'travelling');

-- When the carrier was last asked about the parcel: nobody is asked about twice while another waits.
alter table parcels add column asked timestamptz not null default to_timestamp(0);
drop index parcels_on_the_way;
create index parcels_on_the_way on parcels (asked, since) where state in ('waiting', 'travelling');

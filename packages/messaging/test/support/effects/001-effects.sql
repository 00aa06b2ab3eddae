create table effects (n bigint generated always as identity primary key, key text not null, sequence bigint not null, event_id text not null);

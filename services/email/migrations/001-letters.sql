-- What was sent, once each. The words and the address are kept only where letters are captured instead of sent.
create table letters (
  message_id text primary key,
  order_id text not null,
  template text not null,
  sent_at timestamptz not null,
  recipient text,
  subject text,
  body_text text,
  body_html text,
  unique (order_id, template)
);

create index letters_by_time on letters (sent_at desc);

-- Questions to a person on a channel that they have already. The subject is null where nobody is
-- asked, and only who asked believes that somebody is.
create table approval (
  approval_hash bytea primary key,
  subject text,
  client_id text not null,
  client_key text,
  resource text not null,
  scope text not null,
  requested_from text not null,
  number_hash bytea not null,
  created_at bigint not null,
  expires_at bigint not null,
  state text not null,
  wrong_numbers integer not null,
  decided_at bigint,
  decided_with text
);
create index approval_subject on approval (subject, created_at);
create index approval_expiry on approval (expires_at);

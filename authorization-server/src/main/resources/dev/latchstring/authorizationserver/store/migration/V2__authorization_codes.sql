-- RFC 6749 §4.1 and RFC 9126: requests that wait for a person or for their client's browser, the
-- codes that answer them, and what people agreed to for longer.

create table authorization_request (
  request_hash bytea primary key,
  pushed boolean not null,
  client_id text not null,
  request text not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index authorization_request_expiry on authorization_request (expires_at);

create table authorization_code (
  code_hash bytea primary key,
  client_id text not null,
  redirect_uri text not null,
  redirect_uri_sent boolean not null,
  code_challenge text not null,
  subject text not null,
  scope text not null,
  resource text not null,
  nonce text,
  key_thumbprint text,
  auth_time bigint not null,
  acr text,
  amr text not null,
  created_at bigint not null,
  expires_at bigint not null,
  grant_id text
);
create index authorization_code_expiry on authorization_code (expires_at);

create table consent (
  consent_id text primary key,
  subject text not null,
  client_id text not null,
  resource text not null,
  scope text not null,
  given_at bigint not null,
  expires_at bigint not null,
  unique (subject, client_id, resource)
);
create index consent_expiry on consent (expires_at);

-- One script for SQLite and PostgreSQL.
-- Every time is a bigint: milliseconds since 1970-01-01T00:00:00Z.
-- A column named *hash holds 32 bytes: SHA-256 of a random value of 256 bits, or, for what people
-- type or what names them (user codes, attempt keys), HMAC-SHA256 under a key that is not in here.

create table client (
  client_id text primary key,
  secret_hash bytea,
  metadata text not null,
  issued_at bigint not null
);

create table account (
  subject text primary key,
  username text not null,
  username_key text not null unique,
  password_hash text not null,
  display_name text not null,
  teams text not null,
  attributes text not null,
  disabled_at bigint,
  updated_at bigint not null
);

create table attempt (
  key_hash bytea primary key,
  failures bigint not null,
  retry_at bigint not null,
  expires_at bigint not null
);
create index attempt_expiry on attempt (expires_at);

create table sign_in_session (
  session_hash bytea primary key,
  subject text not null,
  auth_time bigint not null,
  last_seen bigint not null,
  expires_at bigint not null
);
create index sign_in_session_expiry on sign_in_session (expires_at);
create index sign_in_session_subject on sign_in_session (subject);

create table authorization_grant (
  grant_id text primary key,
  subject text not null,
  client_id text not null,
  scope text not null,
  resource text not null,
  auth_time bigint not null,
  acr text,
  amr text not null,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint
);
create index authorization_grant_expiry on authorization_grant (expires_at);
create index authorization_grant_subject on authorization_grant (subject);

create table device_authorization (
  device_code_hash bytea primary key,
  user_code_hash bytea not null unique,
  client_id text not null,
  scope text not null,
  resource text not null,
  requested_from text not null,
  user_agent text not null,
  created_at bigint not null,
  expires_at bigint not null,
  poll_interval bigint not null,
  polled_at bigint,
  state text not null check (state in ('PENDING', 'APPROVED', 'DENIED', 'REDEEMED')),
  subject text,
  approved_scope text,
  auth_time bigint,
  acr text,
  amr text,
  grant_id text,
  check (state in ('PENDING', 'DENIED')
    or (subject is not null and approved_scope is not null and auth_time is not null and amr is not null)),
  check ((state = 'REDEEMED') = (grant_id is not null))
);
create index device_authorization_expiry on device_authorization (expires_at);

create table refresh_token (
  token_hash bytea primary key,
  grant_id text not null references authorization_grant (grant_id) on delete cascade,
  generation bigint not null,
  state text not null check (state in ('LIVE', 'CONSUMED', 'REPLACED')),
  issued_at bigint not null,
  expires_at bigint not null,
  consumed_at bigint,
  check ((state = 'CONSUMED') = (consumed_at is not null))
);
-- A family never forks: the database itself allows one live token per grant.
create unique index refresh_token_live on refresh_token (grant_id) where state = 'LIVE';
create index refresh_token_grant on refresh_token (grant_id, generation);
create index refresh_token_expiry on refresh_token (expires_at);

create table opaque_token (
  token_hash bytea primary key,
  claims text not null,
  expires_at bigint not null
);
create index opaque_token_expiry on opaque_token (expires_at);

create table revoked_token (
  token_id text primary key,
  expires_at bigint not null
);
create index revoked_token_expiry on revoked_token (expires_at);

create table used_assertion (
  assertion_hash bytea primary key,
  expires_at bigint not null
);
create index used_assertion_expiry on used_assertion (expires_at);

create table signing_key (
  kid text primary key,
  algorithm text not null,
  generation bigint not null,
  public_jwk text not null,
  private_key bytea not null,
  created_at bigint not null,
  activates_at bigint not null,
  unique (algorithm, generation)
);

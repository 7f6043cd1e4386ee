-- draft-ietf-oauth-first-party-apps-04 §5.3.1: the sessions of logins by challenge.

create table auth_session (
  session_hash bytea primary key,
  previous_hash bytea,
  previous_until bigint,
  client_id text not null,
  key_thumbprint text,
  subject text,
  code_hash bytea,
  grant_id text,
  login text not null,
  answer_mac bytea,
  answered_at bigint,
  checking_since bigint,
  changes bigint not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index auth_session_previous on auth_session (previous_hash) where previous_hash is not null;
create index auth_session_code on auth_session (code_hash) where code_hash is not null;
create index auth_session_grant on auth_session (grant_id) where grant_id is not null;
create index auth_session_client on auth_session (client_id, subject);
create index auth_session_expiry on auth_session (expires_at);

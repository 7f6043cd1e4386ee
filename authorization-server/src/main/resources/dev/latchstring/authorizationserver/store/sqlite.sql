CREATE TABLE "schema_history" (
    "installed_rank" INT NOT NULL PRIMARY KEY,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INT,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
    "execution_time" INT NOT NULL,
    "success" BOOLEAN NOT NULL
);
CREATE INDEX "schema_history_s_idx" ON "schema_history" ("success");
CREATE TABLE client (
  client_id text primary key,
  secret_hash bytea,
  metadata text not null,
  issued_at bigint not null
, registration_token_hash bytea, last_used_at bigint);
CREATE TABLE account (
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
CREATE TABLE attempt (
  key_hash bytea primary key,
  failures bigint not null,
  retry_at bigint not null,
  expires_at bigint not null
);
CREATE INDEX attempt_expiry on attempt (expires_at);
CREATE TABLE sign_in_session (
  session_hash bytea primary key,
  subject text not null,
  auth_time bigint not null,
  last_seen bigint not null,
  expires_at bigint not null
);
CREATE INDEX sign_in_session_expiry on sign_in_session (expires_at);
CREATE INDEX sign_in_session_subject on sign_in_session (subject);
CREATE TABLE authorization_grant (
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
, key_thumbprint text, mcp_context text, claims text, refresh_hash bytea, refresh_expires_at bigint, used_hash bytea, used_at bigint, replaced bigint);
CREATE INDEX authorization_grant_expiry on authorization_grant (expires_at);
CREATE INDEX authorization_grant_subject on authorization_grant (subject);
CREATE TABLE device_authorization (
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
  grant_id text, mcp_context text,
  check (state in ('PENDING', 'DENIED')
    or (subject is not null and approved_scope is not null and auth_time is not null and amr is not null)),
  check ((state = 'REDEEMED') = (grant_id is not null))
);
CREATE INDEX device_authorization_expiry on device_authorization (expires_at);
CREATE TABLE opaque_token (
  token_hash bytea primary key,
  claims text not null,
  expires_at bigint not null
);
CREATE INDEX opaque_token_expiry on opaque_token (expires_at);
CREATE TABLE revoked_token (
  token_id text primary key,
  expires_at bigint not null
);
CREATE INDEX revoked_token_expiry on revoked_token (expires_at);
CREATE TABLE used_assertion (
  assertion_hash bytea primary key,
  expires_at bigint not null
);
CREATE INDEX used_assertion_expiry on used_assertion (expires_at);
CREATE TABLE signing_key (
  kid text primary key,
  algorithm text not null,
  generation bigint not null,
  public_jwk text not null,
  private_key bytea not null,
  created_at bigint not null,
  activates_at bigint not null,
  unique (algorithm, generation)
);
CREATE TABLE authorization_request (
  request_hash bytea primary key,
  pushed boolean not null,
  client_id text not null,
  request text not null,
  created_at bigint not null,
  expires_at bigint not null
);
CREATE INDEX authorization_request_expiry on authorization_request (expires_at);
CREATE TABLE authorization_code (
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
, mcp_context text, claims text);
CREATE INDEX authorization_code_expiry on authorization_code (expires_at);
CREATE TABLE consent (
  consent_id text primary key,
  subject text not null,
  client_id text not null,
  resource text not null,
  scope text not null,
  given_at bigint not null,
  expires_at bigint not null, claims text,
  unique (subject, client_id, resource)
);
CREATE INDEX consent_expiry on consent (expires_at);
CREATE INDEX authorization_grant_client on authorization_grant (client_id);
CREATE INDEX device_authorization_client on device_authorization (client_id);
CREATE TABLE client_metadata_document (
  client_id text primary key,
  metadata text not null,
  entity_tag text,
  fetched_at bigint not null,
  fresh_until bigint not null,
  usable_until bigint not null,
  expires_at bigint not null
);
CREATE INDEX client_metadata_document_expiry on client_metadata_document (expires_at);
CREATE INDEX client_metadata_document_age on client_metadata_document (fetched_at);
CREATE TABLE auth_session (
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
CREATE INDEX auth_session_previous on auth_session (previous_hash) where previous_hash is not null;
CREATE INDEX auth_session_code on auth_session (code_hash) where code_hash is not null;
CREATE INDEX auth_session_grant on auth_session (grant_id) where grant_id is not null;
CREATE INDEX auth_session_client on auth_session (client_id, subject);
CREATE INDEX auth_session_expiry on auth_session (expires_at);
CREATE TABLE totp_secret (
  subject text primary key,
  encrypted_secret bytea not null,
  algorithm text not null,
  configured boolean not null,
  last_step bigint not null,
  created_at bigint not null,
  last_used_at bigint
);
CREATE TABLE passkey (
  credential_id bytea primary key,
  subject text not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  name text not null,
  created_at bigint not null,
  last_used_at bigint
);
CREATE INDEX passkey_subject on passkey (subject);
CREATE TABLE pending_enrolment (
  enrolment_hash bytea primary key,
  subject text not null,
  encrypted_secret bytea not null,
  expires_at bigint not null
);
CREATE INDEX pending_enrolment_expiry on pending_enrolment (expires_at);
CREATE INDEX pending_enrolment_subject on pending_enrolment (subject);
CREATE TABLE approval (
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
CREATE INDEX approval_subject on approval (subject, created_at);
CREATE INDEX approval_expiry on approval (expires_at);
CREATE TABLE account_lookup (
  lookup_hash bytea not null,
  subject text not null references account (subject) on delete cascade,
  primary key (lookup_hash, subject)
);
CREATE INDEX account_lookup_subject on account_lookup (subject);
CREATE TABLE account_answer (
  subject text not null references account (subject) on delete cascade,
  attribute text not null,
  answer_hash bytea not null,
  primary key (subject, attribute)
);
CREATE TABLE account_pin (
  subject text primary key references account (subject) on delete cascade,
  sealed bytea not null
);
CREATE TABLE earlier_refresh_token (
  token_hash bytea primary key,
  grant_id text not null,
  expires_at bigint not null
);
CREATE INDEX earlier_refresh_token_expiry on earlier_refresh_token (expires_at);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (1, '1', 'first tables', 'SQL', 'V1__first_tables.sql', -754316410, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (2, '2', 'authorization codes', 'SQL', 'V2__authorization_codes.sql', 86524150, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (3, '3', 'key bound grants', 'SQL', 'V3__key_bound_grants.sql', 869711809, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (4, '5', 'who a client is', 'SQL', 'V5__who_a_client_is.sql', -2110456769, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (5, '6', 'what clients state', 'SQL', 'V6__what_clients_state.sql', 224841695, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (6, '7', 'requested claims', 'SQL', 'V7__requested_claims.sql', -1034949696, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (7, '8', 'auth sessions', 'SQL', 'V8__auth_sessions.sql', 1006295766, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (8, '9', 'second factors', 'SQL', 'V9__second_factors.sql', 471179386, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (9, '10', 'approvals', 'SQL', 'V10__approvals.sql', 1391179491, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (10, '11', 'what people answer', 'SQL', 'V11__what_people_answer.sql', 849115647, '', 0, 1);
insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) values (11, '12', 'tokens of grants', 'SQL', 'V12__tokens_of_grants.sql', 1165853098, '', 0, 1);

-- RFC 6238: one secret of an account, encrypted. The last time step that was accepted is never
-- accepted again.
create table totp_secret (
  subject text primary key,
  encrypted_secret bytea not null,
  algorithm text not null,
  configured boolean not null,
  last_step bigint not null,
  created_at bigint not null,
  last_used_at bigint
);

-- WebAuthn: what is known of a passkey. The public key is a COSE_Key.
create table passkey (
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
create index passkey_subject on passkey (subject);

-- What a person is setting up in a browser: a TOTP secret or a WebAuthn challenge, encrypted. The
-- key is a hash of the browser's session and of the kind, so that there is one of each.
create table pending_enrolment (
  enrolment_hash bytea primary key,
  subject text not null,
  encrypted_secret bytea not null,
  expires_at bigint not null
);
create index pending_enrolment_expiry on pending_enrolment (expires_at);
create index pending_enrolment_subject on pending_enrolment (subject);

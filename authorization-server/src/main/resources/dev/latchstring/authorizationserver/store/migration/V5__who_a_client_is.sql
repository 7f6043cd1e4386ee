-- RFC 7592: SHA-256 of the token with which a client manages its registration.
alter table client add column registration_token_hash bytea;
-- When a person last let the client in; null where nobody has.
alter table client add column last_used_at bigint;

create index authorization_grant_client on authorization_grant (client_id);
create index device_authorization_client on device_authorization (client_id);

-- draft-ietf-oauth-client-id-metadata-document: what was fetched, for every node.
create table client_metadata_document (
  client_id text primary key,
  metadata text not null,
  entity_tag text,
  fetched_at bigint not null,
  fresh_until bigint not null,
  usable_until bigint not null,
  expires_at bigint not null
);
create index client_metadata_document_expiry on client_metadata_document (expires_at);
create index client_metadata_document_age on client_metadata_document (fetched_at);

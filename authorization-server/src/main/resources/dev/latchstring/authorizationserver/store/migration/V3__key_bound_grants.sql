-- RFC 9449 §5: the key that the refresh tokens of a public client's grant are bound to: the
-- RFC 7638 thumbprint in base64url. Null where they are bound to none.
alter table authorization_grant add column key_thumbprint text;

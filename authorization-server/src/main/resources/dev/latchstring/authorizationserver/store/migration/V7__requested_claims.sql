-- OpenID Connect Core §5.5: what a client asked to learn of the person beside what its scopes give,
-- as {"id_token":[…],"userinfo":[…]}. Null where there is nothing.
alter table authorization_code add column claims text;
alter table authorization_grant add column claims text;

-- The names of those that the person agreed to, with spaces between them.
alter table consent add column claims text;

-- The refresh token of a grant is part of its row: the one that can be used, and the one in whose
-- place it came. Older ones need no row: a token says which grant it is of, with a code that only
-- this server makes. Null where there is none.
alter table authorization_grant add column refresh_hash bytea;
alter table authorization_grant add column refresh_expires_at bigint;
alter table authorization_grant add column used_hash bytea;
alter table authorization_grant add column used_at bigint;
-- How often the one that can be used was replaced, because the answer with it was lost.
alter table authorization_grant add column replaced bigint;

update authorization_grant set
  refresh_hash = (select t.token_hash from refresh_token t
    where t.grant_id = authorization_grant.grant_id and t.state = 'LIVE'),
  refresh_expires_at = (select t.expires_at from refresh_token t
    where t.grant_id = authorization_grant.grant_id and t.state = 'LIVE'),
  used_hash = (select t.token_hash from refresh_token t
    where t.grant_id = authorization_grant.grant_id and t.state = 'CONSUMED'
    order by t.generation desc limit 1),
  used_at = (select t.consumed_at from refresh_token t
    where t.grant_id = authorization_grant.grant_id and t.state = 'CONSUMED'
    order by t.generation desc limit 1),
  replaced = (select count(*) from refresh_token t
    where t.grant_id = authorization_grant.grant_id and t.state = 'REPLACED'
      and t.generation > coalesce((select max(c.generation) from refresh_token c
        where c.grant_id = authorization_grant.grant_id and c.state = 'CONSUMED'), 0));

-- The tokens of before do not say it; none is added.
create table earlier_refresh_token (
  token_hash bytea primary key,
  grant_id text not null,
  expires_at bigint not null
);
insert into earlier_refresh_token (token_hash, grant_id, expires_at)
  select token_hash, grant_id, expires_at from refresh_token;
create index earlier_refresh_token_expiry on earlier_refresh_token (expires_at);

drop table refresh_token;

-- What people are asked, and whom an answer is about: HMAC-SHA256 under a key that is not in here,
-- for such answers can be guessed. No column has an answer.

-- One row for each set of attributes by which the account can be named: a hash of all its values.
create table account_lookup (
  lookup_hash bytea not null,
  subject text not null references account (subject) on delete cascade,
  primary key (lookup_hash, subject)
);
create index account_lookup_subject on account_lookup (subject);

-- A hash of attribute, subject and value: equal answers of two people are not equal here.
create table account_answer (
  subject text not null references account (subject) on delete cascade,
  attribute text not null,
  answer_hash bytea not null,
  primary key (subject, attribute)
);

-- An Argon2id PHC string, encrypted: a PIN has too few digits for a hash alone.
create table account_pin (
  subject text primary key references account (subject) on delete cascade,
  sealed bytea not null
);

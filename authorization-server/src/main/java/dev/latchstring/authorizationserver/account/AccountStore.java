package dev.latchstring.authorizationserver.account;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Lookup;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** The accounts. Only those that are not disabled can be found. */
public final class AccountStore {
  private final Database database;
  private final Clock clock;
  private final SecureRandom random;
  private final PasswordHash passwords;

  public AccountStore(Database database, Clock clock, SecureRandom random, PasswordHash passwords) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.passwords = passwords;
  }

  /** The account and the PHC string its password is checked against. */
  record Credential(Account account, String passwordHash) {
    @Override
    public String toString() {
      return "Credential[" + account.username() + "]";
    }
  }

  public Optional<Account> findByUsername(String username) {
    return credential(username).map(Credential::account);
  }

  public Optional<Account> findBySubject(String subject) {
    return database.read(handle ->
        Lookup.one(
            handle,
            "select * from account where subject = ? and disabled_at is null",
            AccountStore::account,
            subject));
  }

  /** The account with what its owner may tell of it. */
  public Optional<Profile> profile(String subject) {
    return database.read(handle ->
        handle
            .createQuery("select * from account where subject = :subject and disabled_at is null")
            .bind("subject", subject)
            .map((row, context) -> readProfile(row))
            .findOne());
  }

  private static Profile readProfile(ResultSet row) throws SQLException {
    return new Profile(account(row), attributes(row.getString("attributes")));
  }

  private static Map<String, String> attributes(String json) {
    return Json.mapper().readValue(json, new TypeReference<Map<String, String>>() {});
  }

  /**
   * An account with what a login by challenge needs.
   *
   * @param profile its account and readable attributes
   * @param passwordHash a PHC string
   */
  public record Kept(Profile profile, String passwordHash) {
    /** Without the hash. */
    @Override
    public String toString() {
      return "Kept[" + profile + "]";
    }
  }

  /**
   * The account of this subject or, where nobody has it, the next in the order of subjects. Empty
   * where there is no account at all.
   */
  public Optional<Kept> nearestSubject(String subject) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from (
                  select * from (select * from account
                    where subject >= :subject and disabled_at is null order by subject limit 1) a
                  union all
                  select * from (select * from account
                    where subject < :subject and disabled_at is null order by subject limit 1) b
                ) c limit 1
                """)
            .bind("subject", subject)
            .map((row, context) -> new Kept(readProfile(row), row.getString("password_hash")))
            .findOne());
  }

  /** Whether the name is an account's, disabled or not. */
  public boolean isTaken(String username) {
    return database
        .read(handle ->
            handle
                .createQuery("select 1 from account where username_key = :key")
                .bind("key", key(username))
                .mapTo(Integer.class)
                .findOne())
        .isPresent();
  }

  /** The account of this name. */
  Optional<Credential> credential(String username) {
    return nearest(username).filter(found -> isOf(found, username));
  }

  /**
   * The account of this name or, where nobody has it, the next in the order of names: its hash
   * takes as long to check as others here do, whatever parameters an operator's hashes have. Empty
   * where there is no account at all.
   */
  Optional<Credential> nearest(String username) {
    String key = key(username);
    return database.read(handle ->
        first(handle, "username_key >= :key", key)
            .or(() -> first(handle, "username_key < :key", key)));
  }

  private static Optional<Credential> first(Handle handle, String which, String key) {
    return handle
        .createQuery(
            "select * from account where disabled_at is null and "
                + which
                + " order by username_key limit 1")
        .bind("key", key)
        .map((row, context) -> new Credential(account(row), row.getString("password_hash")))
        .findOne();
  }

  /** Whether an account that was found is the one of this name. */
  static boolean isOf(Credential found, String username) {
    return key(Objects.requireNonNull(found.account().username())).equals(key(username));
  }

  /** Whether there is any account, disabled or not: false on a first run. */
  public boolean isEmpty() {
    return database
        .read(handle ->
            handle.createQuery("select 1 from account limit 1").mapTo(Integer.class).findOne())
        .isEmpty();
  }

  /**
   * Makes the accounts what the configuration says: creates those that are new, updates those that
   * changed, disables those that are gone. A subject stays what it was. A password is hashed anew
   * only where it changed.
   */
  public void provision(List<AccountSpecification> accounts) {
    Map<String, Prepared> prepared = prepare(accounts);
    long now = millis(clock.instant());
    database.write(handle -> {
      prepared.forEach((key, account) -> upsert(handle, key, account, now));
      disableOthers(handle, prepared.keySet(), now);
      return true;
    });
  }

  /** An account of the configuration with the hash that is to be stored. */
  private record Prepared(AccountSpecification specification, String passwordHash) {
    @Override
    public String toString() {
      return specification.toString();
    }
  }

  /** Outside the transaction, for each hash takes tens of milliseconds. */
  private Map<String, Prepared> prepare(List<AccountSpecification> accounts) {
    Map<String, String> stored = storedHashes();
    Map<String, Prepared> prepared = new LinkedHashMap<>();
    for (AccountSpecification account : accounts) {
      String key = key(account.username());
      String hash = hash(account, stored.get(key));
      if (prepared.put(key, new Prepared(account, hash)) != null) {
        throw new IllegalArgumentException(
            "account " + account.username() + " is configured twice (case does not count)");
      }
    }
    return prepared;
  }

  private Map<String, String> storedHashes() {
    return database.read(handle ->
        handle
            .createQuery("select username_key, password_hash from account")
            .reduceRows(
                new HashMap<String, String>(),
                (map, row) -> {
                  map.put(
                      row.getColumn("username_key", String.class),
                      row.getColumn("password_hash", String.class));
                  return map;
                }));
  }

  private String hash(AccountSpecification account, @Nullable String stored) {
    String password = account.password();
    if (password == null) {
      return Objects.requireNonNull(account.passwordHash());
    }
    return stored != null && passwords.matches(password, stored)
        ? stored
        : passwords.hash(password);
  }

  private void upsert(Handle handle, String key, Prepared prepared, long now) {
    AccountSpecification account = prepared.specification();
    handle
        .createUpdate(
            """
            insert into account (subject, username, username_key, password_hash, display_name,
              teams, attributes, disabled_at, updated_at)
            values (:subject, :username, :key, :hash, :name, :teams, :attributes, null, :now)
            on conflict (username_key) do update set
              username = excluded.username, password_hash = excluded.password_hash,
              display_name = excluded.display_name, teams = excluded.teams,
              attributes = excluded.attributes, disabled_at = null, updated_at = excluded.updated_at
            """)
        .bind("subject", Secrets.newToken(random).substring(0, 22))
        .bind("username", account.username())
        .bind("key", key)
        .bind("hash", prepared.passwordHash())
        .bind("name", account.displayName())
        .bind("teams", Json.write(account.teams()))
        .bind("attributes", Json.write(readable(account.attributes())))
        .bind("now", now)
        .execute();
  }

  /** Without the answers: of those, other tables have keyed hashes. */
  private static Map<String, String> readable(Map<String, String> attributes) {
    Map<String, String> readable = new LinkedHashMap<>(attributes);
    readable.keySet().removeIf(name -> !Profile.isReadable(name));
    return readable;
  }

  private static void disableOthers(Handle handle, Set<String> kept, long now) {
    List<String> keys =
        handle
            .createQuery("select username_key from account where disabled_at is null")
            .mapTo(String.class)
            .list();
    for (String key : keys) {
      if (!kept.contains(key)) {
        handle
            .createUpdate(
                "update account set disabled_at = :now, updated_at = :now where username_key = :key")
            .bind("now", now)
            .bind("key", key)
            .execute();
      }
    }
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getString("subject"),
        row.getString("username"),
        row.getString("display_name"),
        List.of(Json.read(row.getString("teams"), String[].class)));
  }

  /** One spelling for all that a person would take for the same name. */
  public static String key(String username) {
    return Normalizer.normalize(username.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }
}

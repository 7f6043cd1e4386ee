package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;

/**
 * What the people with an account are asked: keyed hashes of their answers, and their PINs.
 *
 * <p>A hash that finds an account is of a whole set of attributes, so that the database does not
 * tell who shares a birthdate with whom. It has to be said beforehand which sets are asked for.
 */
public final class AnswerStore {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerStore.class);

  /** What every account can be named by, though it is not among its attributes. */
  static final String USERNAME = "username";

  private final Database database;
  private final AnswerHashes hashes;
  private final Sealed pins;
  private final NormalForms forms;
  private final Set<Set<String>> identifying;
  private final PasswordHash passwords;

  /**
   * @param identifying by which sets of attributes somebody can be named: those that each step of
   *     the kind {@code identify} asks for
   */
  public AnswerStore(
      Database database,
      ServerKey key,
      NormalForms forms,
      Set<Set<String>> identifying,
      PasswordHash passwords) {
    this.database = database;
    this.hashes = new AnswerHashes(key);
    this.pins = new Sealed(key, "challenge-pin");
    this.forms = forms;
    this.identifying = Set.copyOf(identifying);
    this.passwords = passwords;
  }

  /** What is kept of one account. */
  private record Answers(
      Map<String, byte[]> known, Map<Set<String>, byte[]> lookups, byte @Nullable [] pin) {}

  /**
   * Before anything else at a start: attributes that an older version kept as they were become
   * hashes, and are gone from the database's pages.
   */
  public void seal() {
    boolean any =
        database.write(handle -> {
          List<Map<String, Object>> rows =
              handle
                  .createQuery("select subject, username, attributes from account")
                  .mapToMap()
                  .list();
          boolean found = false;
          for (Map<String, Object> row : rows) {
            found |=
                seal(handle, text(row, "subject"), text(row, USERNAME), text(row, "attributes"));
          }
          return found;
        });
    if (any) {
      database.scrub("account");
      LOG.info("what people answer was stored readably by an older version; it is hashed now");
    }
  }

  private static String text(Map<String, Object> row, String column) {
    return String.valueOf(row.get(column));
  }

  private boolean seal(Handle handle, String subject, String username, String json) {
    Map<String, String> attributes =
        Json.mapper().readValue(json, new TypeReference<Map<String, String>>() {});
    Map<String, String> readable = new LinkedHashMap<>(attributes);
    readable.keySet().removeIf(name -> !Profile.isReadable(name));
    if (readable.equals(attributes)) {
      return false;
    }
    Map<String, String> normal = new TreeMap<>();
    attributes.forEach(
        (name, value) -> forms.onFile(name, value).ifPresent(form -> normal.put(name, form)));
    forms.onFile(USERNAME, username).ifPresent(form -> normal.putIfAbsent(USERNAME, form));
    handle
        .createUpdate("update account set attributes = :attributes where subject = :subject")
        .bind("attributes", Json.write(readable))
        .bind("subject", subject)
        .execute();
    write(handle, Map.of(subject, answers(subject, normal, null)));
    return true;
  }

  /**
   * Makes the answers what the configuration says, after {@link AccountStore#provision} made the
   * accounts. What is there already is not written again.
   *
   * @throws ConfigurationException where a value is not of its attribute's form: with the account
   *     and the attribute, never the value
   */
  public void provision(List<AccountSpecification> accounts) {
    Map<String, String> subjects = subjects();
    Map<String, byte[]> storedPins = storedPins();
    Map<String, Answers> wanted = new HashMap<>();
    for (AccountSpecification account : accounts) {
      String subject =
          Objects.requireNonNull(subjects.get(AccountStore.key(account.username())), "provisioned");
      byte[] pin = pin(account, subject, storedPins.get(subject));
      wanted.put(subject, answers(subject, normal(account), pin));
    }
    database.write(handle -> {
      write(handle, wanted);
      deleteOthers(handle, wanted.keySet());
      return true;
    });
  }

  /**
   * The values of an account in their normal forms.
   *
   * @throws ConfigurationException as {@link #provision}
   */
  private Map<String, String> normal(AccountSpecification account) {
    Map<String, String> normal = new TreeMap<>();
    forms
        .onFile(USERNAME, account.username())
        .ifPresent(username -> normal.put(USERNAME, username));
    account
        .attributes()
        .forEach((name, value) -> {
          Optional<String> form = forms.onFile(name, value);
          if (form.isPresent()) {
            normal.put(name, form.get());
          } else if (forms.isKnown(name)) {
            throw new ConfigurationException(
                "accounts: '"
                    + account.username()
                    + "' has a value for the attribute "
                    + name
                    + " that cannot be read as "
                    + forms.of(name).form()
                    + "; correct it, or say in challenge.attributes."
                    + name
                    + " what it is");
          }
        });
    return normal;
  }

  private Answers answers(String subject, Map<String, String> normal, byte @Nullable [] pin) {
    Map<String, byte[]> known = new HashMap<>();
    normal.forEach((name, value) -> known.put(name, hashes.knowledge(name, subject, value)));
    Map<Set<String>, byte[]> lookups = new HashMap<>();
    for (Set<String> names : identifying) {
      if (normal.keySet().containsAll(names)) {
        Map<String, String> values = new TreeMap<>(normal);
        values.keySet().retainAll(names);
        lookups.put(names, hashes.lookup(values));
      }
    }
    return new Answers(known, lookups, pin);
  }

  private byte @Nullable [] pin(
      AccountSpecification account, String subject, byte @Nullable [] stored) {
    String pin = account.pin();
    if (pin == null) {
      return account.pinHash() == null ? null : pins.seal(subject, account.pinHash());
    }
    Optional<String> before = stored == null ? Optional.empty() : pins.open(subject, stored);
    String hash =
        before.filter(phc -> passwords.matches(pin, phc)).orElseGet(() -> passwords.hash(pin));
    return pins.seal(subject, hash);
  }

  private Map<String, String> subjects() {
    return database.read(handle ->
        handle
            .createQuery("select username_key, subject from account where disabled_at is null")
            .reduceRows(
                new HashMap<String, String>(),
                (map, row) -> {
                  map.put(
                      row.getColumn("username_key", String.class),
                      row.getColumn("subject", String.class));
                  return map;
                }));
  }

  private Map<String, byte[]> storedPins() {
    return database.read(handle ->
        handle
            .createQuery("select subject, sealed from account_pin")
            .reduceRows(
                new HashMap<String, byte[]>(),
                (map, row) -> {
                  map.put(
                      row.getColumn("subject", String.class),
                      row.getColumn("sealed", byte[].class));
                  return map;
                }));
  }

  private static void write(Handle handle, Map<String, Answers> wanted) {
    AnswerRows rows = AnswerRows.read(handle, wanted.size() == 1 ? wanted.keySet() : null);
    wanted.forEach((subject, answers) ->
        rows.want(subject, answers.known(), answers.lookups().values(), answers.pin()));
    rows.write(handle, wanted.keySet());
  }

  private static void deleteOthers(Handle handle, Collection<String> kept) {
    List<String> gone = new ArrayList<>();
    for (String table : AnswerRows.TABLES) {
      handle
          .createQuery("select distinct subject from " + table)
          .mapTo(String.class)
          .forEach(subject -> {
            if (!kept.contains(subject)) {
              gone.add(subject);
            }
          });
    }
    for (String subject : Set.copyOf(gone)) {
      AnswerRows.delete(handle, subject);
    }
  }

  /** Whether accounts are looked up by these attributes together. */
  boolean identifiesBy(Set<String> attributes) {
    return identifying.contains(attributes);
  }

  /** The subject of the one account that has all these values, disabled or not. */
  Optional<String> find(Map<String, String> values) {
    byte[] hash = hashes.lookup(values);
    List<String> subjects =
        database.read(handle ->
            handle
                .createQuery("select subject from account_lookup where lookup_hash = :hash limit 2")
                .bind("hash", hash)
                .mapTo(String.class)
                .list());
    return subjects.size() == 1 ? Optional.of(subjects.get(0)) : Optional.empty();
  }

  /** What is kept of an account's answers, and its PIN. */
  record Known(Map<String, byte[]> answers, Optional<String> pinHash) {}

  Known known(String subject) {
    return database.read(handle -> {
      Map<String, byte[]> answers =
          handle
              .createQuery("select attribute, answer_hash from account_answer where subject = :s")
              .bind("s", subject)
              .reduceRows(
                  new HashMap<String, byte[]>(),
                  (map, row) -> {
                    map.put(
                        row.getColumn("attribute", String.class),
                        row.getColumn("answer_hash", byte[].class));
                    return map;
                  });
      Optional<byte[]> sealed =
          handle
              .createQuery("select sealed from account_pin where subject = :s")
              .bind("s", subject)
              .mapTo(byte[].class)
              .findOne();
      return new Known(answers, sealed.flatMap(bytes -> pins.open(subject, bytes)));
    });
  }

  AnswerHashes hashes() {
    return hashes;
  }
}

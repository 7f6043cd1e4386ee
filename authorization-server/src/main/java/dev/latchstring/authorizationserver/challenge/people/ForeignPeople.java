package dev.latchstring.authorizationserver.challenge.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.ForeignSubject;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.oauth.Secrets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The people of another database or service of the operator's. Nothing of them is kept here but an
 * encrypted id in a login that is under way.
 *
 * <p>Whoever is not found is asked for again as others are, by an id that is nobody's; and should
 * it be somebody's, their key says that they are a decoy.
 */
public final class ForeignPeople implements PeopleSource {
  private static final String REAL = "1";
  private static final String DECOY = "0";

  private final String name;
  private final Directory directory;
  private final NormalForms forms;
  private final AnswerHashes hashes;
  private final Sealed keys;

  /** What hashes look like here, for those who have none: that of who was seen last. */
  private volatile String usualHash = DecoyHash.USUAL;

  /**
   * @param name the first part of {@code sub}
   */
  ForeignPeople(String name, Directory directory, NormalForms forms, ServerKey key) {
    this.name = name;
    this.directory = directory;
    this.forms = forms;
    this.hashes = new AnswerHashes(key);
    this.keys = new Sealed(key, "challenge-person");
  }

  @Override
  public boolean identifiesBy(Set<String> attributes) {
    return directory.identifiesBy(attributes);
  }

  @Override
  public Person identify(Map<String, String> answers) {
    if (!identifiesBy(answers.keySet())) {
      throw new IllegalArgumentException("nobody is looked up by " + answers.keySet());
    }
    String decoy = directory.decoyId(hashes.decoy(answers));
    List<Candidate> found = directory.candidates(answers);
    // Where nobody is found, as much is compared as with one.
    List<Candidate> compared =
        found.isEmpty() ? List.of(new Candidate(decoy, answers, List.of())) : found;
    Set<String> done = directory.compares(answers.keySet());
    Candidate match = compared.get(0);
    int matches = 0;
    for (Candidate candidate : compared) {
      boolean same = candidate.id().length() <= Candidate.MAX_ID && !candidate.id().isEmpty();
      for (Map.Entry<String, String> answer : answers.entrySet()) {
        boolean equal =
            done.contains(answer.getKey())
                || matches(candidate, answer.getKey(), answer.getValue());
        same &= equal;
      }
      match = same ? candidate : match;
      matches += same ? 1 : 0;
    }
    boolean real = matches == 1 && !found.isEmpty() && found.size() <= Directory.MOST;
    String key = key(real ? REAL : DECOY, real ? match.id() : decoy);
    return new ForeignPerson(key, real, match);
  }

  /** In a time that does not tell whether there is anything on file. */
  private boolean matches(Candidate candidate, String attribute, String answer) {
    Optional<String> onFile = candidate.value(attribute);
    Optional<String> normal = forms.onFile(attribute, onFile.orElse(answer));
    return Secrets.equal(normal.orElse(""), answer) && onFile.isPresent() && normal.isPresent();
  }

  /** As long for every id. */
  private String key(String kind, String id) {
    String padded = kind + id + "\0".repeat(Math.max(0, Candidate.MAX_ID * 3 - utf8Length(id)));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(keys.seal(name, padded));
  }

  private static int utf8Length(String text) {
    return text.getBytes(UTF_8).length;
  }

  @Override
  public Person find(String key) {
    Optional<String> opened = open(key);
    String id =
        opened
            .map(text -> text.substring(1).replace("\0", ""))
            .orElseGet(() -> directory.decoyId(hashes.seed("key", key)));
    Optional<Candidate> found = directory.byId(id);
    boolean real = found.isPresent() && opened.filter(text -> text.startsWith(REAL)).isPresent();
    return new ForeignPerson(
        key, real, found.orElseGet(() -> new Candidate(id, Map.of(), List.of())));
  }

  private Optional<String> open(String key) {
    try {
      return keys.open(name, Base64.getUrlDecoder().decode(key));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Person> personOf(String subject) {
    return candidate(subject).map(person -> find(key(REAL, person.id())));
  }

  private Optional<Candidate> candidate(String subject) {
    String prefix = ForeignSubject.of(name, "");
    String id = subject.startsWith(prefix) ? subject.substring(prefix.length()) : "";
    return id.isEmpty() || id.length() > Candidate.MAX_ID ? Optional.empty() : directory.byId(id);
  }

  @Override
  public Optional<Account> account(String subject) {
    return candidate(subject)
        .map(person ->
            new Account(
                subject, null, person.value(Candidate.DISPLAY_NAME).orElse(""), person.teams()));
  }

  @Override
  public void close() {
    directory.close();
  }

  /** Somebody of the directory, or nobody, with what may or may not be somebody's. */
  private final class ForeignPerson implements Person {
    private final String key;
    private final boolean real;
    private final Candidate candidate;

    ForeignPerson(String key, boolean real, Candidate candidate) {
      this.key = key;
      this.real = real;
      this.candidate = candidate;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public Optional<String> subject() {
      return real ? Optional.of(ForeignSubject.of(name, candidate.id())) : Optional.empty();
    }

    @Override
    public boolean knows(String attribute, String answer) {
      boolean right =
          directory.comparesKnowledge()
              ? directory.knows(candidate.id(), attribute, answer)
              : matches(candidate, attribute, answer);
      return right && real;
    }

    @Override
    public String passwordHash() {
      return hash(Candidate.PASSWORD_HASH);
    }

    @Override
    public String pinHash() {
      return hash(Candidate.PIN_HASH);
    }

    private String hash(String column) {
      Optional<String> own = candidate.value(column).filter(PasswordHash::isPhc);
      own.ifPresent(hash -> usualHash = DecoyHash.like(hash, new byte[32]));
      String decoy = DecoyHash.like(own.orElse(usualHash), hashes.seed(column, key));
      return real ? own.orElse(decoy) : decoy;
    }

    @Override
    public Optional<String> address(Channel channel) {
      Optional<String> address =
          candidate.value(channel == Channel.EMAIL ? "email" : "phone_number");
      return real ? address : Optional.empty();
    }

    @Override
    public byte[] decoySeed() {
      return hashes.seed("decoy", key);
    }

    @Override
    public String toString() {
      return "ForeignPerson";
    }
  }
}

package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.oauth.Secrets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/**
 * Somebody has the whole database and nothing else, and guesses: four digits, six digits, a date.
 * Where no function of the right answer under anything that is stored is stored, trying every
 * answer finds nothing either.
 */
@OnEveryDatabase
class LeakedDatabaseTest {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_+/=-]{8,}");

  private final DatabaseKind kind;

  LeakedDatabaseTest(DatabaseKind kind) {
    this.kind = kind;
  }

  @Test
  void whoHasTheDatabaseAloneGuessesNothing() {
    try (PhoneLine line = PhoneLine.open(kind, PhoneLine.YAML)) {
      Answer ssn = line.anna(line.begin("scope", "records"));
      line.answer(ssn, "ssn_last4", "7316");
      Answer sms = line.answer(ssn, "ssn_last4", "4219");
      String code = line.gateway.next().code();
      Answer stranger = line.answer(line.begin(), "name", "Nobody Atall", "birthdate", "7/19/1961");
      line.answer(stranger, "ssn_last4", "5283");

      Stolen stolen = steal(line);
      assertThat(stolen.text).hasSizeGreaterThan(1000).contains("voice-agent");
      List<String> answers =
          List.of("4219", "7316", "5283", code, "1985-03-03", "1961-07-19", "nobody atall");
      for (String answer : answers) {
        for (String form : forms(answer)) {
          assertThat(stolen.finds(form, List.of())).as("what was said: " + answer).isFalse();
        }
      }
      for (String session :
          List.of(ssn, sms, stranger).stream().map(LeakedDatabaseTest::of).toList()) {
        assertThat(stolen.text).doesNotContain(session);
      }
      // The guesser is no fool: with the name of the session, which only the client has, he finds
      // it.
      assertThat(stolen.finds("step\n" + code, List.of(of(sms).getBytes(UTF_8)))).isTrue();
      assertThat(stolen.finds("step\n" + code, List.of())).isFalse();
    }
  }

  private static String of(Answer asked) {
    return asked.text("auth_session");
  }

  /** What a server might have hashed. */
  private static List<String> forms(String answer) {
    List<String> forms = new ArrayList<>();
    for (String prefix :
        List.of(
            "",
            "step\n",
            "code",
            "request\nssn\n=",
            "request\nsms\n=",
            "ssn_last4",
            "ssn_last4:",
            "ssn_last4=",
            "ssn_last4\n",
            "birthdate",
            "birthdate:",
            "birthdate=",
            "name=")) {
      forms.add(prefix + answer);
    }
    forms.add("request\nssn\n={\"ssn_last4\":\"" + answer + "\"}");
    forms.add("request\nsms\n={\"code\":\"" + answer + "\"}");
    forms.add("{\"ssn_last4\":\"" + answer + "\"}");
    return forms;
  }

  private Stolen steal(PhoneLine line) {
    String tables =
        kind == DatabaseKind.SQLITE
            ? "select name from sqlite_master where type = 'table'"
            : "select tablename from pg_tables where schemaname = 'public'";
    Stolen stolen = new Stolen();
    Jdbi jdbi =
        line.database.user() == null
            ? Jdbi.create(line.database.url())
            : Jdbi.create(line.database.url(), line.database.user(), "");
    jdbi.useHandle(handle -> {
      for (String table : handle.createQuery(tables).mapTo(String.class).list()) {
        for (Map<String, Object> row :
            handle.createQuery("select * from " + table).mapToMap().list()) {
          row.values().forEach(stolen::take);
        }
      }
    });
    return stolen;
  }

  private static final class Stolen {
    private final StringBuilder all = new StringBuilder();
    private final Set<String> words = new LinkedHashSet<>();
    private final List<byte[]> keys = new ArrayList<>();
    private String text = "";

    void take(Object value) {
      if (value instanceof byte[] bytes) {
        keys.add(bytes);
        all.append(HexFormat.of().formatHex(bytes)).append('\n');
      } else if (value instanceof String string) {
        WORD.matcher(string).results().forEach(found -> words.add(found.group()));
        all.append(string).append('\n');
      }
      text = all.toString();
    }

    /** Whether it is there as it stands, hashed, or hashed under anything that is there. */
    boolean finds(String answer, List<byte[]> moreKeys) {
      if (answer.length() > 4 && text.contains("\"" + answer + "\"")) {
        return true;
      }
      try {
        for (String algorithm : List.of("MD5", "SHA-1", "SHA-256", "SHA-512")) {
          if (isThere(MessageDigest.getInstance(algorithm).digest(answer.getBytes(UTF_8)))) {
            return true;
          }
        }
        List<byte[]> all = new ArrayList<>(keys);
        words.forEach(word -> all.add(word.getBytes(UTF_8)));
        all.addAll(moreKeys);
        for (byte[] key : all) {
          if (key.length == 0) {
            continue;
          }
          byte[] salted = Arrays.copyOf(key, key.length + answer.getBytes(UTF_8).length);
          System.arraycopy(
              answer.getBytes(UTF_8), 0, salted, key.length, answer.getBytes(UTF_8).length);
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(key, "HmacSHA256"));
          if (isThere(mac.doFinal(answer.getBytes(UTF_8)))
              || isThere(Secrets.sha256(new String(salted, UTF_8)))) {
            return true;
          }
        }
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean isThere(byte[] hash) {
      return text.contains(HexFormat.of().formatHex(hash))
          || text.contains(Base64.getUrlEncoder().withoutPadding().encodeToString(hash))
          || text.contains(Base64.getEncoder().encodeToString(hash));
    }
  }
}

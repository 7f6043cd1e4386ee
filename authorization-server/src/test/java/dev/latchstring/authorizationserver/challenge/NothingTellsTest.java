package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is answered about people and about people nobody knows, header by header and byte
 * by byte: only what is random differs.
 */
@OnEveryDatabase
class NothingTellsTest {
  private static final List<String> KINDS =
      List.of("ssn", "password", "pin", "sms", "email", "voice", "totp", "passkey", "approval");

  private static final String CONTEXTS;

  static {
    StringBuilder contexts = new StringBuilder();
    for (String kind : KINDS) {
      contexts.append(
          "    - { acr: \"urn:try:%s\", steps: [identity, %s], scopes: [appointments] }\n"
              .formatted(kind, kind));
    }
    CONTEXTS = contexts.toString();
  }

  /** What is random: names of sessions, a challenge, a passkey's name. */
  private static final Pattern RANDOM =
      Pattern.compile("(?<=\"(auth_session|challenge|id)\":\")[A-Za-z0-9_-]{20,}(?=\")");

  private final DatabaseKind kind;
  @TempDir private Path directory;

  NothingTellsTest(DatabaseKind kind) {
    this.kind = kind;
  }

  @Test
  void of_accounts() {
    try (PhoneLine line = PhoneLine.open(kind, PhoneLine.YAML + CONTEXTS)) {
      compare(line);
    }
  }

  @Test
  void of_an_operators_table() {
    String url = "jdbc:sqlite:" + directory.resolve("clinic.db");
    Jdbi.create(url)
        .useHandle(handle -> {
          handle.execute(
              "create table patient (id text, name text, birthdate text, ssn text, phone text, mail"
                  + " text, pin text)");
          handle.execute(
              "insert into patient values ('17', 'Anna Maria O''Neil Smith', '1985-03-03', '4219',"
                  + " '+14155550142', 'anna@example.com', null)");
          handle.execute(
              "insert into patient values ('18', 'Carla Diaz', '1970-01-01', '1111',"
                  + " '+14155550143', 'carla@example.com', ?)",
              RunningServer.CORRECT_HORSE);
        });
    String select =
        "select id, name, birthdate, ssn as ssn_last4, phone as phone_number, mail as email,"
            + " pin as pin_hash from patient where ";
    String people =
        "  people:\n    source: sql\n    sql:\n      name: clinic\n      url: \"%s\"\n"
                .formatted(url)
            + "      query: \""
            + select
            + "birthdate = :birthdate\"\n"
            + "      person_query: \""
            + select
            + "id = :id\"\n";
    String yaml =
        (PhoneLine.YAML + CONTEXTS)
            .replaceAll(
                "    - \\{ acr: \"urn:latchstring:acr:password\"[^\\n]*\\n"
                    + "    - acr: \"urn:latchstring:acr:mfa\"\\n[^\\n]*\\n",
                "");
    try (PhoneLine line = PhoneLine.open(kind, yaml + people)) {
      // Hers is the only PIN, so that those which nobody has cost as little as hers to check.
      Answer carla =
          line.answer(
              line.begin("acr_values", "urn:try:pin"),
              "name",
              "Carla Diaz",
              "birthdate",
              "1/1/1970");
      assertThat(line.answer(carla, wrong("pin", 1)).outcome())
          .isEqualTo("403 insufficient_authorization");
      compare(line);
    }
  }

  private static void compare(PhoneLine line) {
    for (String kind : KINDS) {
      List<String> known = conversation(line, kind, "Anna Maria O'Neil Smith", "3/3/1985");
      List<String> unknown = conversation(line, kind, "Nobody Of That Name", "3/3/1985");
      List<String> stranger = conversation(line, kind, "Somebody Else Smith", "4/4/1986");
      for (int i = 0; i < known.size(); i++) {
        assertThat(unknown.get(i)).as(kind).isEqualTo(known.get(i));
        assertThat(stranger.get(i)).as(kind).isEqualTo(known.get(i));
      }
      line.server.clock().advance(Duration.ofHours(25));
    }
  }

  /** Everything that a client can hear on the way to the end of a session. */
  private static List<String> conversation(
      PhoneLine line, String kind, String name, String birthdate) {
    List<String> heard = new ArrayList<>();
    Answer asked =
        line.answer(
            line.begin("acr_values", "urn:try:" + kind), "name", name, "birthdate", birthdate);
    heard.add(whole(asked));
    assertThat(step(asked)).isEqualTo(kind);
    heard.add(whole(line.answer(asked, "nonsense", "x")));
    heard.add(whole(line.ask(asked, kind)));
    heard.add(whole(line.ask(asked, "identity")));
    String session = asked.text("auth_session");
    heard.add(whole(line.answer(session, "identity", "name", name, "birthdate", birthdate)));
    Answer wrong = line.answer(asked, wrong(kind, 1));
    heard.add(whole(wrong));
    heard.add(whole(line.answer(asked, wrong(kind, 1))));
    heard.add(whole(line.answer(asked, unreadable(kind))));
    heard.add(whole(line.answer(asked, wrong(kind, 2))));
    heard.add(whole(line.answer(asked, wrong(kind, 3))));
    for (int further = 0; further < 3; further++) {
      Answer again =
          line.answer(
              line.begin("acr_values", "urn:try:" + kind), "name", name, "birthdate", birthdate);
      heard.add(whole(again));
      for (int i = 0; i < 3 && again.status() == 403; i++) {
        heard.add(whole(line.answer(again, wrong(kind, i + 10))));
      }
    }
    return heard;
  }

  private static String[] wrong(String kind, int which) {
    return switch (kind) {
      case "ssn" -> new String[] {"ssn_last4", "900" + which % 10};
      case "password" -> new String[] {"password", "wrong " + which};
      case "pin" -> new String[] {"pin", "990" + which % 10};
      case "passkey" -> new String[] {"credential", credential(which)};
      case "approval" -> new String[0];
      default -> new String[] {"code", "99999" + which % 10};
    };
  }

  private static String[] unreadable(String kind) {
    String[] wrong = wrong(kind, 0);
    return wrong.length == 0 ? wrong : new String[] {wrong[0], "what?"};
  }

  static String credential(int which) {
    String id = base64("credential-number-" + which);
    return "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\",\"clientExtensionResults\":{},"
            .formatted(id, id)
        + "\"response\":{\"clientDataJSON\":\"%s\",\"authenticatorData\":\"%s\","
            .formatted(
                base64(
                    "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\","
                        + "\"origin\":\"http://localhost\"}"),
                base64("\0".repeat(37)))
        + "\"signature\":\"AAAA\"}}";
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /** Status, headers and body, without what is random. */
  private static String whole(Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.response().headers().map());
    headers.remove("date");
    String body = RANDOM.matcher(answer.body()).replaceAll("*");
    headers.remove("content-length");
    assertThat(answer.response().headers().firstValueAsLong("content-length").orElse(-1))
        .isEqualTo(answer.body().getBytes(UTF_8).length);
    return answer.status() + " " + headers + " " + said(answer, body);
  }

  /** Two digits of a number are on file, and a decoy's are as random as those. */
  private static String said(Answer answer, String body) {
    String number = answer.json().at("/step/number").asString("");
    if (!number.isEmpty()) {
      return body.replaceAll("(?<![0-9/:])" + number + "(?![0-9])", "##");
    }
    String destination = answer.json().at("/step/destination").asString("");
    if (destination.isEmpty()) {
      return body;
    }
    String digits = destination.replaceAll("[^0-9]", "");
    String same = body.replace(destination, destination.replaceAll("[0-9]", "#"));
    for (String said : List.of(digits, String.join(" ", digits.split("")))) {
      same = said.isEmpty() ? same : same.replaceAll("(?<![0-9/:])" + said + "(?![0-9])", "#");
    }
    return same;
  }
}

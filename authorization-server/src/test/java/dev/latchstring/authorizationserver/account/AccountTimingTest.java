package dev.latchstring.authorizationserver.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Names that somebody has and names that nobody has, told apart by a clock: tried over HTTP, with
 * hashes of very different cost as an operator may configure them. Compared with each other, never
 * with a time.
 */
@Isolated
class AccountTimingTest {
  private static final int ROUNDS = 7;
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

  private static RunningServer server;
  private static String cookie;
  private static Map<String, String> form;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            """
            accounts:
              - { username: "dear", password_hash: "%s" }
              - { username: "cheap", password_hash: "%s" }
            """
                .formatted(
                    RunningServer.CORRECT_HORSE.replace("m=8,t=1", "m=32768,t=2"),
                    RunningServer.CORRECT_HORSE));
    Answer page = server.get("/sign-in");
    cookie = page.header("Set-Cookie").split(";", 2)[0];
    form = new LinkedHashMap<>();
    Matcher hidden = HIDDEN.matcher(page.body());
    while (hidden.find()) {
      form.put(hidden.group(1), hidden.group(2));
    }
    form.put("password", "wrong");
    fastest("cheap", "dear"); // what runs for the first time takes longer
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * The fastest of some attempts with each name, which the other work of the machine disturbs
   * least; by turns, so that it disturbs them alike.
   */
  private static Map<String, Double> fastest(String... usernames) {
    Map<String, Double> fastest = new LinkedHashMap<>();
    for (int i = 0; i < ROUNDS; i++) {
      for (String username : usernames) {
        fastest.merge(username, attempt(username), Math::min);
      }
    }
    return fastest;
  }

  private static double attempt(String username) {
    server.clock().advance(Duration.ofHours(2)); // so that no attempt is delayed
    form.put("username", username);
    long begin = System.nanoTime();
    Answer answer =
        server.postRaw(
            "/sign-in", FormParameters.encode(form), "Cookie", cookie, "Origin", server.issuer());
    double took = System.nanoTime() - begin;
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("don’t go together");
    return took;
  }

  @Test
  void a_name_that_nobody_has_takes_as_long_as_one_that_somebody_has() {
    Map<String, Double> took = fastest("cheap", "dear", "bertha", "dawn", "zoe");
    double cheap = took.get("cheap");
    double dear = took.get("dear");
    assertThat(dear / cheap).as("what the clock can see").isGreaterThan(16);

    // In the order of names, they come before the one, before the other, and after both.
    assertThat(took.get("bertha") / cheap).as("beside the cheap one").isBetween(0.25, 4.0);
    assertThat(took.get("dawn") / dear).as("beside the dear one").isBetween(0.25, 4.0);
    assertThat(took.get("zoe") / cheap).as("after the last one").isBetween(0.25, 4.0);
  }

  @Test
  void the_password_of_the_next_in_order_signs_nobody_in() {
    form.put("username", "bertha");
    Map<String, String> right = new LinkedHashMap<>(form);
    right.put("password", "correct horse");

    Answer answer =
        server.postRaw(
            "/sign-in", FormParameters.encode(right), "Cookie", cookie, "Origin", server.issuer());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("don’t go together");
  }
}

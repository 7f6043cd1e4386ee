package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.Json;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Setting up and removing second factors, without a browser's script. */
class SecondFactorPagesTest {
  private static final String APP = "/account/authenticator";
  private static final String PASSKEYS = "/account/passkeys";
  private static final String CONFIGURED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private RunningServer server;
  private CodeFlow alice;
  private DatabaseConfiguration databaseConfiguration;
  private Database database;

  @BeforeEach
  void start() {
    databaseConfiguration = DatabaseKind.SQLITE.fresh();
    start(CodeFlow.YAML);
    alice = new CodeFlow(server);
    alice.signIn(alice.open("/account"));
  }

  private void start(String yaml) {
    server = RunningServer.start(databaseConfiguration, yaml, clock, directory);
    database = Database.open(databaseConfiguration);
  }

  @AfterEach
  void stop() {
    database.close();
    server.close();
  }

  private static String secret(Seen page) {
    Matcher code = Pattern.compile("<code>([A-Z2-7 ]+)</code>").matcher(page.body());
    assertThat(code.find()).as(page.body()).isTrue();
    return code.group(1);
  }

  private String code(String secret) {
    return TotpSecret.parse(secret, Algorithm.SHA1).code(TotpSecret.step(clock.instant()));
  }

  /** The form of this action, filled in with more. */
  private static Map<String, String> form(Seen page, String action, String... more) {
    Map<String, String> form = new LinkedHashMap<>(page.form("action"));
    form.put("action", action);
    form.putAll(RunningServer.form(more));
    return form;
  }

  private Seen send(CodeFlow browser, String path, String action, String... more) {
    Seen page = browser.get(path);
    return browser.follow(browser.post(path, form(page, action, more)));
  }

  private long rows(String table) {
    return database.<Long>read(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }

  @Test
  void an_app_is_set_up_with_one_code_and_removed_again() {
    assertThat(alice.get("/account").body()).contains("Set up an authenticator app");
    Seen setup = send(alice, APP, "begin");
    assertThat(setup.body())
        .contains("<svg viewBox=\"0 0 ")
        .contains("href=\"otpauth://totp/localhost%3A")
        .contains("autocomplete=\"one-time-code\"");
    assertThat(rows("totp_secret")).isZero();

    Seen done = alice.follow(alice.post(APP, form(setup, "confirm", "code", code(secret(setup)))));

    assertThat(done.body())
        .contains("Your authenticator app is set up.")
        .contains("Change your authenticator app")
        .doesNotContain(secret(setup));
    assertThat(rows("totp_secret")).isEqualTo(1);
    assertThat(rows("pending_enrolment")).isZero();
    assertThat(alice.get(APP).body()).contains("Set up on <strong>1 November 2026</strong>");

    Seen removed = send(alice, APP, "remove");
    assertThat(removed.body()).contains("isn’t asked for any more");
    assertThat(rows("totp_secret")).isZero();
  }

  @Test
  void a_wrong_code_changes_nothing_and_the_same_secret_is_shown_again() {
    Seen setup = send(alice, APP, "begin");
    for (String wrong : List.of("000000", "", "x".repeat(40), code(CONFIGURED))) {
      Seen refused = alice.post(APP, form(setup, "confirm", "code", wrong));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("aria-invalid=\"true\"");
      assertThat(secret(refused)).isEqualTo(secret(setup));
    }
    assertThat(rows("totp_secret")).isZero();
  }

  @Test
  void the_code_that_set_it_up_is_not_taken_again() {
    Seen setup = send(alice, APP, "begin");
    String code = code(secret(setup));
    alice.post(APP, form(setup, "confirm", "code", code));

    TotpSecretStore secrets = store();
    String subject =
        database.read(
            h -> h.createQuery("select subject from totp_secret").mapTo(String.class).one());
    TotpCodes codes = new TotpCodes(secrets, clock, new SecureRandom());
    assertThat(codes.verify(subject, code)).isFalse();
    clock.advance(Duration.ofSeconds(30));
    assertThat(codes.verify(subject, code(secret(setup)))).isTrue();
  }

  private TotpSecretStore store() {
    return new TotpSecretStore(
        database,
        clock,
        dev.latchstring.authorizationserver.keys.ServerKey.load(
            null, directory.resolve("server.key"), new SecureRandom()),
        new SecureRandom());
  }

  @Test
  void what_was_begun_in_one_browser_is_not_finished_in_another_or_too_late() {
    Seen setup = send(alice, APP, "begin");
    String code = code(secret(setup));
    CodeFlow elsewhere = new CodeFlow(server);
    elsewhere.signIn(elsewhere.open("/account"));
    Seen there = elsewhere.get(APP);
    assertThat(there.body()).doesNotContain("<code>");
    assertThat(elsewhere.post(APP, form(there, "confirm", "code", code)).status()).isEqualTo(400);

    clock.advance(Duration.ofMinutes(10));
    assertThat(alice.post(APP, form(setup, "confirm", "code", code)).status()).isEqualTo(400);
    assertThat(rows("totp_secret")).isZero();
  }

  @Test
  void whoever_only_has_a_session_of_some_minutes_must_enter_the_password_again() {
    Seen app = alice.get(APP);
    Seen passkeys = alice.get(PASSKEYS);
    clock.advance(Duration.ofMinutes(5).plusSeconds(1));

    for (String path : List.of(APP, PASSKEYS)) {
      assertThat(alice.get(path).header("Location"))
          .startsWith("/sign-in?")
          .contains("reason=security");
    }
    for (String action : List.of("begin", "remove", "cancel", "rename")) {
      assertThat(alice.post(APP, form(app, action)).header("Location")).startsWith("/sign-in?");
      assertThat(
              alice
                  .post(PASSKEYS, form(passkeys, action, "id", "AAAA", "name", "x"))
                  .header("Location"))
          .startsWith("/sign-in?");
    }
    assertThat(rows("pending_enrolment")).isZero();

    Seen again = alice.open(APP);
    assertThat(again.title()).isEqualTo("Sign in");
    assertThat(again.body()).contains("enter your password again").contains("value=\"alice\"");
    Seen back = alice.signIn(again);
    assertThat(back.title()).isEqualTo("Authenticator app");
    assertThat(send(alice, APP, "begin").body()).contains("<code>");
  }

  @Test
  void a_code_may_take_longer_than_the_sign_in_stays_fresh_where_setting_up_began_in_time() {
    Seen setup = send(alice, APP, "begin");
    clock.advance(Duration.ofMinutes(7));

    assertThat(secret(alice.get(APP))).isEqualTo(secret(setup));
    Seen done = alice.follow(alice.post(APP, form(setup, "confirm", "code", code(secret(setup)))));
    assertThat(done.body()).contains("Your authenticator app is set up.");
    assertThat(alice.get(APP).header("Location")).startsWith("/sign-in?");
  }

  @Test
  void who_is_not_signed_in_and_forms_from_elsewhere_do_nothing() {
    CodeFlow stranger = new CodeFlow(server);
    assertThat(stranger.open(APP).title()).isEqualTo("Sign in");
    assertThat(stranger.open(PASSKEYS).title()).isEqualTo("Sign in");
    Map<String, String> begin = form(alice.get(APP), "begin");
    assertThat(stranger.post(APP, begin).status()).isEqualTo(403);
    assertThat(alice.post(APP, begin, "Origin", "https://evil.example").status()).isEqualTo(403);
    begin.remove("form_token");
    assertThat(alice.post(APP, begin).status()).isEqualTo(403);
    begin = form(alice.get(APP), "become_admin");
    assertThat(alice.post(APP, begin).status()).isEqualTo(400);
    assertThat(rows("pending_enrolment")).isZero();
  }

  @Test
  void the_operators_app_is_not_the_persons_to_change() {
    stop();
    start(
        CodeFlow.YAML.replace(
            "  - username: alice\n", "  - username: alice\n    totp_secret: " + CONFIGURED + "\n"));
    signInAsAlice();

    assertThat(alice.get("/account").body()).contains("Set up by whoever runs this server");
    Seen app = alice.get(APP);
    assertThat(app.body()).contains("Only they can change it").doesNotContain(">Set up");
    Seen account = alice.get("/account");
    for (String action : List.of("remove", "begin")) {
      Seen after = alice.follow(alice.post(APP, form(account, action)));
      assertThat(after.body()).contains("Only they can change it").doesNotContain("<code>");
    }
    assertThat(rows("totp_secret")).isEqualTo(1);
    assertThat(rows("pending_enrolment")).isZero();

    stop();
    start(CodeFlow.YAML);
    assertThat(rows("totp_secret")).isZero();
  }

  private void signInAsAlice() {
    alice = new CodeFlow(server);
    alice.signIn(alice.open("/account"));
  }

  private ObjectNode options(Seen page) {
    Matcher data = Pattern.compile("data-options=\"([^\"]*)\"").matcher(page.body());
    assertThat(data.find()).as(page.body()).isTrue();
    return (ObjectNode) Json.readTree(data.group(1).replace("&#34;", "\"").replace("&amp;", "&"));
  }

  @Test
  void a_passkey_is_made_named_renamed_and_removed() {
    EmulatedBrowser device = new EmulatedBrowser(server.issuer());
    Seen making = send(alice, PASSKEYS, "begin");
    ObjectNode options = options(making);
    assertThat(options.at("/rp/id").asString()).isEqualTo("localhost");
    assertThat(options.at("/user/name").asString()).isEqualTo("alice");

    Seen made =
        alice.follow(
            alice.post(
                PASSKEYS,
                form(
                    making,
                    "register",
                    "name",
                    "  My\u202E phone <b>\n",
                    "credential",
                    device.create(options).toString())));

    assertThat(made.body())
        .contains("Your passkey is ready.")
        .containsPattern("<bdi>My phone &lt;b(>|&gt;)</bdi>")
        .contains("Never used yet.");
    assertThat(alice.get("/account").body()).contains("My phone").contains("Change your passkeys");
    String id = made.form("id").get("id");
    Seen renamed = send(alice, PASSKEYS, "rename", "id", id, "name", "Old phone");
    assertThat(renamed.body()).contains("<bdi>Old phone</bdi>");
    Seen removed = send(alice, PASSKEYS, "remove", "id", id);
    assertThat(removed.body()).contains("The passkey is removed here").doesNotContain("Old phone");
    assertThat(rows("passkey")).isZero();
  }

  @Test
  void a_challenge_is_for_one_answer_in_one_browser_session() {
    EmulatedBrowser device = new EmulatedBrowser(server.issuer());
    Seen making = send(alice, PASSKEYS, "begin");
    String credential = device.create(options(making)).toString();
    CodeFlow thief = new CodeFlow(server);
    thief.signIn(thief.open("/account"));
    assertThat(
            thief
                .post(PASSKEYS, form(thief.get(PASSKEYS), "register", "credential", credential))
                .status())
        .isEqualTo(400);

    Map<String, String> form = form(making, "register", "credential", "{}");
    assertThat(alice.post(PASSKEYS, form).status()).isEqualTo(400);
    form.put("credential", credential);
    assertThat(alice.post(PASSKEYS, form).status()).as("the challenge is used up").isEqualTo(400);
    assertThat(rows("passkey")).isZero();

    Seen again = send(alice, PASSKEYS, "begin");
    String late = device.create(options(again)).toString();
    clock.advance(Duration.ofMinutes(10));
    assertThat(alice.post(PASSKEYS, form(again, "register", "credential", late)).status())
        .isEqualTo(400);
    assertThat(rows("passkey")).isZero();
  }

  @Test
  void nobody_removes_or_names_the_passkey_of_somebody_else() {
    EmulatedBrowser device = new EmulatedBrowser(server.issuer());
    Seen making = send(alice, PASSKEYS, "begin");
    Seen made =
        alice.follow(
            alice.post(
                PASSKEYS,
                form(making, "register", "credential", device.create(options(making)).toString())));
    String id = made.form("id").get("id");
    CodeFlow bob = new CodeFlow(server);
    bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");

    Seen his = bob.get(PASSKEYS);
    assertThat(bob.post(PASSKEYS, form(his, "remove", "id", id)).status()).isEqualTo(303);
    assertThat(bob.post(PASSKEYS, form(his, "rename", "id", id, "name", "x")).status())
        .isEqualTo(400);
    assertThat(bob.post(PASSKEYS, form(his, "remove", "id", "not base64!")).status())
        .isEqualTo(400);
    assertThat(alice.get(PASSKEYS).body()).contains("<bdi>Passkey</bdi>");
  }

  @Test
  void one_page_has_a_script_and_every_other_forbids_them() {
    String policy = "Content-Security-Policy";
    assertThat(alice.get(PASSKEYS).header(policy))
        .contains("default-src 'none'")
        .endsWith("; script-src 'self'");
    for (String path : List.of(APP, "/account", "/sign-in", "/device")) {
      assertThat(alice.get(path).header(policy)).as(path).doesNotContain("script-src");
    }
    String script =
        send(alice, PASSKEYS, "begin").body().replaceAll("(?s).*<script src=\"([^\"]*)\".*", "$1");
    Seen file = alice.get(script);
    assertThat(file.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
    assertThat(file.header("Cache-Control")).contains("immutable");
    assertThat(file.body().getBytes(UTF_8).length).isLessThan(4096);
  }
}

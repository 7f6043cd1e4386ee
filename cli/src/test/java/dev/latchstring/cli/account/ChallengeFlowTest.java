package dev.latchstring.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code latch login --flow challenge}: what is asked, what is shown, what is sent. */
class ChallengeFlowTest {
  @TempDir Path home;
  private ScriptedServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Latched user() {
    return new Latched(home).with("LATCH_CLIENT_ID", "phone");
  }

  private static Map<String, Object> step(String id, String kind, String... fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String field : fields) {
      properties.put(field, Map.of("type", "string", "title", "The " + field));
    }
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("id", id);
    step.put("kind", kind);
    step.put("prompt", "Please answer " + id + ".");
    step.put(
        "requestedSchema",
        Map.of("type", "object", "properties", properties, "required", List.of(fields)));
    step.put("attempts_left", 2);
    return step;
  }

  private static Map<String, Object> with(Map<String, Object> step, String name, Object value) {
    step.put(name, value);
    return step;
  }

  private Ran login(Latched user, String... more) {
    List<String> args = new java.util.ArrayList<>(List.of("login", server.mcp()));
    args.addAll(List.of("--flow", "challenge"));
    args.addAll(List.of(more));
    return user.run(args.toArray(String[]::new));
  }

  @Test
  void the_steps_are_asked_and_the_login_is_stored() {
    server
        .step(step("identity", "identify", "name", "birthdate"))
        .step(with(step("ssn", "knowledge", "ssn_last4"), "reason", "no_match"))
        .done();

    Ran ran =
        login(
            user().atTerminal("Anna Smith\n3/3/85\n4291\n").with("LANG", "es_MX.UTF-8"),
            "--acr",
            "urn:a urn:b");

    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains("Please answer identity.")
        .contains("The name:")
        .contains("  2 attempts left")
        .contains("Signed in as Anna Smith.")
        .doesNotContain("Is that you?")
        .doesNotContainPattern("(?<!\\d)4291(?!\\d)")
        .doesNotContain("s3cret");
    assertThat(server.asked.getFirst().required("acr_values")).isEqualTo("urn:a urn:b");
    assertThat(server.asked.getFirst().required("ui_locales")).isEqualTo("es-MX");
    assertThat(server.asked.get(1).required("answer"))
        .isEqualTo("{\"name\":\"Anna Smith\",\"birthdate\":\"3/3/85\"}");
    assertThat(server.asked.get(2).required("answer")).isEqualTo("{\"ssn_last4\":\"4291\"}");
    Ran token = user().run("token", server.mcp(), "--json");
    assertThat(token.out()).contains("\"token_type\":\"DPoP\"");
  }

  @Test
  void another_way_a_new_code_and_an_approval_are_a_key_away() {
    Map<String, Object> code =
        with(
            with(
                step("code", "otp", "code"),
                "alternatives",
                List.of(Map.of("id", "app", "kind", "approval"))),
            "destination",
            "***42");
    server
        .step(code)
        .step(with(new LinkedHashMap<>(code), "reason", "sent"))
        .step(with(step("app", "approval"), "number", "73"))
        .done();

    Ran ran = login(user().atTerminal("r\nnonsense\n1\n"));

    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err())
        .contains("The code went to ***42.")
        .contains("r  send a new code")
        .contains("1  an approval where you are signed in instead")
        .contains("The number to enter there: 73");
    assertThat(server.asked.get(1).names()).doesNotContain("answer");
    assertThat(server.asked.get(2).required("step")).isEqualTo("app");
    assertThat(server.asked.get(3).required("answer")).isEqualTo("{}");
  }

  @Test
  void what_cannot_be_done_on_a_terminal_is_said_and_the_alternative_taken() {
    server
        .step(
            with(
                with(step("key", "passkey", "credential"), "publicKey", Map.of("challenge", "x")),
                "alternatives",
                List.of(Map.of("id", "pin", "kind", "pin"))))
        .step(step("pin", "pin", "pin"))
        .done();
    Ran ran = login(user().atTerminal("1234\n"));
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err())
        .contains("A passkey cannot be used on a terminal; asking for your PIN instead.");

    server.step(step("leaves", "tea-leaves", "leaf"));
    Ran none = login(user().atTerminal(""));
    assertThat(none.status()).isEqualTo(4);
    assertThat(none.err()).contains("does not know how to ask for \"tea-leaves\"");
  }

  @Test
  void a_hostile_prompt_is_plain_text() {
    server
        .step(with(step("pin", "pin", "pin"), "prompt", "\u001b[2J<b>Type</b>\r\nyour \u202Epin"))
        .done();
    Ran ran = login(user().atTerminal("1234\n"));
    assertThat(ran.err())
        .contains("?[2J<b>Type</b> your ?pin")
        .doesNotContain("\u001b[2J")
        .doesNotContain("\u202E");
  }

  @Test
  void the_end_of_the_input_gives_up_and_denial_is_denial() {
    server.step(step("pin", "pin", "pin"));
    assertThat(login(user().atTerminal("")).status()).isEqualTo(130);

    server.step(step("pin", "pin", "pin")).error("access_denied");
    Ran denied = login(user().atTerminal("0000\n"));
    assertThat(denied.status()).isEqualTo(4);
    assertThat(denied.err()).contains("error: the login was denied: too many wrong answers");
    assertThat(user().run("token", server.mcp()).status()).isEqualTo(3);
  }

  @Test
  void a_program_answers_in_lines_of_json() {
    server.step(step("identity", "identify", "name")).step(step("pin", "pin", "pin")).done();
    Latched program =
        user().typing("{\"answer\":{\"name\":\"Anna\"}}\n{\"answer\":{\"pin\":1234}}\n");

    Ran ran = login(program, "--json");

    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("{\"event\":\"step\",\"id\":\"identity\""),
            line -> assertThat(line).contains("\"kind\":\"pin\"").contains("\"sensitive\":true"),
            line -> assertThat(line).startsWith("{\"event\":\"signed_in\""));
    assertThat(server.asked.get(2).required("answer")).isEqualTo("{\"pin\":\"1234\"}");

    server.step(step("pin", "pin", "pin"));
    Ran wrong = login(user().typing("my pin is 1234\n"), "--json");
    assertThat(wrong.status()).isEqualTo(4);
    assertThat(wrong.err())
        .contains("no answer to a step")
        .doesNotContainPattern("(?<!\\d)1234(?!\\d)");
  }

  @Test
  void without_a_terminal_or_a_client_it_says_what_to_do() {
    assertThat(login(user()).transcript())
        .isEqualTo(
            """
            error: without a terminal nobody can be asked what the server wants to know
            hint: run it in a terminal; or add --json, and answer each step with a line on standard input
            [2]
            """);
    assertThat(login(new Latched(home).atTerminal("")).err()).contains("hint: set LATCH_CLIENT_ID");
    assertThat(user().run("login", server.mcp(), "--flow", "carrier-pigeon").status()).isEqualTo(2);
    assertThat(user().run("login", server.mcp(), "--acr", "urn:a").status()).isEqualTo(2);
    Ran device = user().run("login", server.mcp(), "--yes");
    assertThat(device.err())
        .as("nobody is there to be asked, and why not the others is told too")
        .contains("challenge: there is nobody to answer what the server asks")
        .contains("device: the authorization server offers no login by device code");
  }

  @Test
  void the_key_of_an_installation_is_made_once_and_its_thumbprint_told() throws Exception {
    Path file = home.resolve("instance.json");
    server.step(step("pin", "pin", "pin")).done();
    Latched user = user().with("LATCH_INSTANCE_KEY", file.toString());

    Ran first = login(user.atTerminal("1234\n"));

    assertThat(first.status()).as(first.transcript()).isZero();
    assertThat(first.err()).containsPattern("instance_keys: [A-Za-z0-9_-]{43}");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    String key = Files.readString(file);
    server.step(step("pin", "pin", "pin")).done();
    assertThat(login(user.atTerminal("1234\n")).err()).doesNotContain("instance_keys");
    assertThat(Files.readString(file)).isEqualTo(key);

    Files.writeString(file, "not a key");
    Ran broken = login(user.atTerminal(""));
    assertThat(broken.err()).contains("is no private key that can be used");
  }
}

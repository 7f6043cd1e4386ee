package dev.latchstring.cli.help;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.connect.ConnectCommand;
import dev.latchstring.cli.run.RunCommand;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Completion in a real bash, and pages that a real man renders. */
class CompletionTest {
  @TempDir Path home;

  private Ran latch(String... args) {
    return new Latched(home).run(args);
  }

  private String run(List<String> command) throws Exception {
    Path out = home.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out, UTF_8);
  }

  @ParameterizedTest
  @NeedsProgram("bash")
  @CsvSource({
    "latch doc, 1, doctor",
    "latch lo, 1, login logout",
    "latch login --pi, 2, --pin",
    "latch connect --pre, 2, --preset",
    "latch run --kno, 2, --known",
    "latch run --clean, 2, --clean-env",
    "latch doctor --js, 2, --json",
    "latch connect --mcp, 2, --mcp-context",
    "latch login --flow de, 3, device",
    "latch connect --preset ok, 3, okta",
    "latch run --log-level de, 3, debug",
    "latch completion f, 2, fish",
    "latch man log, 2, login logout",
    "latch help pre, 2, presets",
    "latch login --ca-file /etc/hostn, 3, /etc/hostname",
    "latch connect --ca-file /etc/hostn, 3, /etc/hostname",
    "latch connect --log-file /etc/hostn, 3, /etc/hostname",
  })
  void bash_completes_commands_and_options(String line, int word, String expected)
      throws Exception {
    Path script = home.resolve("latch.bash");
    Files.writeString(script, latch("completion", "bash").out());

    String said =
        run(
            List.of(
                "bash",
                "--norc",
                "-c",
                "source '"
                    + script
                    + "'; COMP_WORDS=("
                    + line
                    + "); COMP_CWORD="
                    + word
                    + "; _complete_latch 2>/dev/null; printf '%s\n' \"${COMPREPLY[@]}\""));

    assertThat(said.lines().map(String::strip).filter(each -> !each.isEmpty()))
        .containsExactlyInAnyOrder(expected.split(" "));
  }

  /** A person at a terminal: types, presses the tab key, and is shown the line. */
  @Test
  @NeedsProgram("zsh")
  void zsh_completes_what_is_typed() throws Exception {
    Files.writeString(home.resolve("latch.zsh"), latch("completion", "zsh").out());
    Path terminal =
        Files.writeString(
            home.resolve("terminal"),
            """
            zmodload zsh/zpty
            zpty person "env HOME=$1 TERM=dumb zsh -f -i"
            zpty -w person "source $1/latch.zsh 2> $1/complaints"
            zpty -w person 'shown() { print -r -- "$BUFFER" >> ~/lines; BUFFER= }'
            zpty -w person "zle -N shown; bindkey '^G' shown"
            for line in "${@:2}"; do zpty -w -n person "$line"$'\\t\\a'; done
            zpty -w -n person $'exit\\n'
            while zpty -r person chunk; do :; done
            """);

    run(
        List.of(
            "zsh",
            "-f",
            terminal.toString(),
            home.toString(),
            "latch doc",
            "latch lo",
            "latch login --pi",
            "latch connect --pre",
            "latch run --kno",
            "latch connect --preset ok",
            "latch connect --ca-file " + home + "/lin"));

    assertThat(Files.readString(home.resolve("complaints"))).isEmpty();
    assertThat(Files.readAllLines(home.resolve("lines")))
        .containsExactly(
            "latch doctor ",
            "latch log",
            "latch login --pin ",
            "latch connect --preset ",
            "latch run --known ",
            "latch connect --preset okta ",
            "latch connect --ca-file " + home + "/lines ");
  }

  @ParameterizedTest
  @NeedsProgram("fish")
  @CsvSource({
    "latch doc, doctor",
    "latch lo, login logout",
    "latch login --pi, --pin",
    "latch connect --pre, --preset",
    "latch run --kno, --known",
    "latch doctor --js, --json",
    "latch connect --mcp, --mcp-context",
    "latch login --flow de, device",
    "latch connect --preset ok, okta",
    "latch completion f, fish",
    "latch man log, login logout",
    "latch help pre, presets",
    "latch connect --ca-file /etc/hostn, /etc/hostname",
  })
  void fish_completes_commands_and_options(String line, String expected) throws Exception {
    Path script = Files.writeString(home.resolve("latch.fish"), latch("completion", "fish").out());
    Path asked =
        Files.writeString(
            home.resolve("ask.fish"), "source " + script + "\ncomplete -C '" + line + "'\n");
    String said = run(List.of("fish", "--no-config", asked.toString()));
    assertThat(said.lines().map(each -> each.split("\t")[0]))
        .containsExactlyInAnyOrder(expected.split(" "));
    if (expected.startsWith("-")) {
      assertThat(said.lines()).allSatisfy(each -> assertThat(each).contains("\t"));
    }
  }

  @Test
  void fish_has_every_command_and_its_options_in_quotes() {
    String script = latch("completion", "fish").out();

    assertThat(script)
        .contains("-a doctor -d '")
        .contains("__fish_seen_subcommand_from login' -l pin -r -d '")
        .contains("__fish_seen_subcommand_from connect' -l preset -r");
    assertThat(script.lines().skip(1))
        .allSatisfy(line -> assertThat(line).startsWith("complete -c latch"));
  }

  @Test
  void another_shell_is_refused_by_name() {
    assertThat(latch("completion", "csh").transcript())
        .isEqualTo(
            """
            error: there is no completion for 'csh'
            hint: give bash, zsh or fish
            [2]
            """);
  }

  @Test
  @NeedsProgram("groff")
  void every_page_is_rendered_without_a_warning() throws Exception {
    Path pages = home.resolve("man1");
    Ran ran = latch("man", "--to", pages.toString());
    assertThat(ran.status()).as(ran.transcript()).isZero();
    try (Stream<Path> written = Files.list(pages)) {
      List<Path> all = written.sorted().toList();
      assertThat(all)
          .extracting(page -> page.getFileName().toString())
          .contains("latch.1", "latch-login.1", "latch-connect.1", "latch-run.1", "latch-doctor.1");
      for (Path page : all) {
        assertThat(run(List.of("groff", "-man", "-ww", "-z", "-Tutf8", page.toString())))
            .as(page.toString())
            .isEmpty();
      }
    }
    String shown = run(List.of("groff", "-man", "-Tutf8", "-P-cbou", pages + "/latch-doctor.1"));
    assertThat(shown).contains("latch doctor").contains("--pin").contains("NAME=VALUE");
  }

  @Test
  void a_page_says_what_the_command_itself_says() {
    assertThat(latch("man", "connect").out())
        .contains(".SH \"SYNOPSIS\"\n.nf\nlatch connect URL [OPTIONS]\n.fi")
        .contains(".SH \"ARGUMENTS\"\n.TP\n.B \"URL\"\nthe server's MCP endpoint")
        .contains(".BI \"\\-\\-mcp\\-context\" \" JSON\"\nwhat to state to the server")
        .contains("${VARIABLE} in the value stands for an environment variable");
    assertThat(latch("man", "run").out())
        .contains("latch run [OPTIONS] \\-\\- COMMAND [ARGUMENTS...]\nlatch run \\-\\-list");
    assertThat(latch("man", "help").out())
        .contains("latch\\-help \\- Display help information about the specified command.")
        .contains("\nWhen no COMMAND is given")
        .doesNotContain("%n");
    assertThat(latch("completion", "fish").out()).doesNotContain("%n");
  }

  @Test
  void every_option_of_a_usage_text_is_known_to_completion() {
    for (String command : List.of("connect", "run")) {
      String page = latch("man", command).out().replace("\\-", "-");
      List<String> options =
          Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z-]+)")
              .matcher(command.equals("run") ? RunCommand.USAGE : ConnectCommand.USAGE)
              .results()
              .map(option -> option.group(1))
              .toList();
      assertThat(options).hasSizeGreaterThan(8);
      assertThat(options).allSatisfy(option -> assertThat(page).contains(option + "\""));
    }
  }

  @Test
  void a_page_of_what_is_no_command_is_refused() {
    assertThat(latch("man", "nothing").status()).isEqualTo(2);
  }

  @Test
  void topics_of_help_show_presets_and_pins_on_eighty_columns() {
    Ran presets = latch("help", "presets");
    assertThat(presets.status()).isZero();
    assertThat(presets.out()).contains("entra", "AADSTS9010010", "pins  resource=none");
    Ran pins = latch("help", "pins");
    assertThat(pins.out()).contains("metadata_url", "token_parameters.NAME");
    assertThat(pins.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
  }

  @Test
  void topics_of_help_are_json_for_a_program() {
    for (String[] command :
        new String[][] {{"help", "presets", "--json"}, {"--json", "help", "presets"}}) {
      Ran presets = latch(command);
      assertThat(presets.status()).as(presets.transcript()).isZero();
      JsonNode entra =
          presets
              .out()
              .lines()
              .map(Json::readTree)
              .filter(preset -> preset.path("preset").asString().equals("entra"))
              .findFirst()
              .orElseThrow();
      assertThat(entra.path("pins").path("resource").asString()).isEqualTo("none");
      assertThat(entra.path("quirks").toString()).contains("AADSTS9010010");
      assertThat(entra.path("needs").toString()).contains("client_id");
    }
    assertThat(latch("help", "pins", "--json").out().lines())
        .anySatisfy(line ->
            assertThat(Json.readTree(line).path("pin").asString()).isEqualTo("metadata_url"));
  }

  @Test
  void a_metadata_document_is_printed_for_its_address() {
    Ran ran = latch("client-metadata", "https://me.example/latch.json");
    assertThat(ran.out())
        .contains("\"client_id\" : \"https://me.example/latch.json\"")
        .contains("http://127.0.0.1/callback")
        .contains("\"application_type\" : \"native\"");
    assertThat(latch("client-metadata", "http://me.example/x").status()).isEqualTo(2);
    assertThat(latch("client-metadata", "https://me.example").status()).isEqualTo(2);
  }

  @Test
  void a_metadata_document_has_the_public_part_of_a_key_in_pem(@TempDir Path folder)
      throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String secret = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    Path file =
        Files.writeString(
            folder.resolve("wiki.pem"),
            "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n",
            StandardOpenOption.CREATE_NEW);
    Ran ran = latch("client-metadata", "https://me.example/l.json", "--key", file.toString());
    JsonNode document = Json.readTree(ran.out());
    assertThat(document.path("token_endpoint_auth_method").asString()).isEqualTo("private_key_jwt");
    JsonNode key = document.path("jwks").path("keys").path(0);
    assertThat(key.propertyNames()).containsExactlyInAnyOrder("kty", "crv", "x");
    byte[] encoded = pair.getPublic().getEncoded();
    assertThat(key.path("x").asString())
        .isEqualTo(
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));

    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nbm90IG9uZQ==\n-----END PRIVATE KEY-----");
    Ran wrong = latch("client-metadata", "https://me.example/l.json", "--key", file.toString());
    assertThat(wrong.status()).isEqualTo(7);
    assertThat(wrong.err()).contains("no private key that can be used", "PKCS #8");
    Ran missing = latch("client-metadata", "https://me.example/l.json", "--key", "/none.pem");
    assertThat(missing.status()).isEqualTo(7);
    assertThat(missing.err()).contains("/none.pem (--key) is not there");
  }
}

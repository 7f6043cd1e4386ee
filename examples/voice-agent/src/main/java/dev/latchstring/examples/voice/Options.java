package dev.latchstring.examples.voice;

import dev.latchstring.examples.voice.spoken.Language;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line. Secrets come from the environment, for others can read command lines.
 *
 * @param clientSecret {@code LATCH_CLIENT_SECRET}
 * @param authToken {@code TELEPHONE_AUTH_TOKEN}; empty where there is none
 * @param webhookPort where the telephone front listens; null for the terminal
 * @param publicUrl what the platform posts to; null for loopback
 * @param numbers languages of the numbers that can be called
 * @param language of the terminal's call; null to be asked
 * @param transcripts to play instead of a call at the terminal
 */
record Options(
    URI issuer,
    URI mcp,
    String clientId,
    String clientSecret,
    String authToken,
    int lines,
    @Nullable Integer webhookPort,
    @Nullable URI publicUrl,
    Map<String, Language> numbers,
    int messagesPort,
    @Nullable Language language,
    List<Path> transcripts) {

  static final String USAGE =
      """
      usage: voice-agent [OPTIONS] [TRANSCRIPT...]
        --issuer URL          the authorization server        (http://localhost:9000)
        --mcp URL             the clinic's MCP server         (http://localhost:9100/mcp)
        --client-id ID        this agent                      (voice-agent)
        --language CODE       of a call at the terminal       (the agent asks)
        --messages PORT       where text messages arrive      (9300)
        --lines N             calls at once                   (200)
        --webhook PORT        answer a telephone platform, instead of the terminal
        --public-url URL      what the platform posts to
        --number +1555=en     the language of a number; as often as needed
      environment: LATCH_CLIENT_SECRET; with --webhook TELEPHONE_AUTH_TOKEN\
      """;

  /**
   * @throws IllegalArgumentException where something is not right; it says what
   */
  static Options parse(List<String> arguments, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, Language> numbers = new LinkedHashMap<>();
    List<Path> transcripts = new ArrayList<>();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      if (!argument.startsWith("--")) {
        transcripts.add(Path.of(argument));
        continue;
      }
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(argument + " needs a value, or is not known");
      }
      if (argument.equals("--number")) {
        String[] number = rest.pop().split("=", 2);
        numbers.put(number[0], language(number.length == 2 ? number[1] : ""));
      } else if (USAGE.contains("  " + argument + " ")) {
        values.put(argument, rest.pop());
      } else {
        throw new IllegalArgumentException(argument + " is not known");
      }
    }
    String webhook = values.get("--webhook");
    String publicUrl = values.get("--public-url");
    String language = values.get("--language");
    Options options =
        new Options(
            URI.create(values.getOrDefault("--issuer", "http://localhost:9000")),
            URI.create(values.getOrDefault("--mcp", "http://localhost:9100/mcp")),
            values.getOrDefault("--client-id", "voice-agent"),
            environment.getOrDefault("LATCH_CLIENT_SECRET", ""),
            environment.getOrDefault("TELEPHONE_AUTH_TOKEN", ""),
            number("--lines", values.getOrDefault("--lines", Integer.toString(Settings.LINES))),
            webhook == null ? null : number("--webhook", webhook),
            publicUrl == null ? null : URI.create(publicUrl),
            numbers,
            number("--messages", values.getOrDefault("--messages", "9300")),
            language == null ? null : language(language),
            transcripts);
    if (options.clientSecret.isEmpty()) {
      throw new IllegalArgumentException("set LATCH_CLIENT_SECRET to the agent's client secret");
    }
    if (webhook != null && options.authToken.isEmpty()) {
      throw new IllegalArgumentException(
          "set TELEPHONE_AUTH_TOKEN to what the telephone platform signs with");
    }
    return options;
  }

  private static int number(String option, String text) {
    if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException(option + " is a number from 0 to 65535");
  }

  private static Language language(String code) {
    return Language.of(code)
        .orElseThrow(() -> new IllegalArgumentException("a language is en, es, fr or de"));
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "Options[issuer=" + issuer + ", mcp=" + mcp + ", clientId=" + clientId + "]";
  }
}

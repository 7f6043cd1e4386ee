package dev.latchstring.examples.voice.terminal;

import dev.latchstring.examples.voice.spoken.Language;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call written down. A line each:
 *
 * <pre>
 * # a remark; the first one is the title
 * line: en                        the language of the number that is called; without it the agent asks
 * agent: Thank you ... do for you the agent says this, with anything in place of the dots
 * caller: my appointments         the caller says this
 * caller (unclear): hrm           the recogniser is not sure of it
 * keys: 03031985                  the caller keys this in; {code} is the latest text message's
 * silence                         the caller says nothing
 * drops                           the line is cut
 * calls again                     a new call, on the same number
 * agent hangs up                  the agent has hung up
 * </pre>
 *
 * Several agent lines in a row belong to one turn. At most {@value #MAX_LINES} lines.
 *
 * @param title of the first remark
 * @param language of the number that is called; null where the agent has to ask
 */
public record Transcript(String title, @Nullable Language language, List<Entry> entries) {
  static final int MAX_LINES = 500;

  public Transcript {
    entries = List.copyOf(entries);
  }

  /** One line. */
  public sealed interface Entry {
    /** Where it stands, from 1. */
    int line();
  }

  record Agent(int line, String text) implements Entry {}

  record Caller(int line, String words, boolean unclear) implements Entry {}

  record Keys(int line, String keys) implements Entry {}

  record Silence(int line) implements Entry {}

  record Drops(int line) implements Entry {}

  record CallsAgain(int line) implements Entry {}

  record AgentHangsUp(int line) implements Entry {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException where a line is none of the above; it names the line
   */
  public static Transcript parse(String text) {
    List<Entry> entries = new ArrayList<>();
    String title = "";
    Language language = null;
    List<String> lines = text.lines().toList();
    if (lines.size() > MAX_LINES) {
      throw new IllegalArgumentException("a transcript has at most " + MAX_LINES + " lines");
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("#")) {
        title = title.isEmpty() ? line.substring(1).strip() : title;
      } else if (line.startsWith("line:")) {
        language = language(i + 1, rest(line));
      } else if (!line.isEmpty()) {
        entries.add(entry(i + 1, line));
      }
    }
    return new Transcript(title, language, entries);
  }

  private static Entry entry(int number, String line) {
    return switch (line) {
      case "silence" -> new Silence(number);
      case "drops" -> new Drops(number);
      case "calls again" -> new CallsAgain(number);
      case "agent hangs up" -> new AgentHangsUp(number);
      default -> {
        int colon = line.indexOf(':');
        yield switch (colon < 0 ? line : line.substring(0, colon)) {
          case "agent" -> new Agent(number, rest(line));
          case "caller" -> new Caller(number, rest(line), false);
          case "caller (unclear)" -> new Caller(number, rest(line), true);
          case "keys" -> new Keys(number, rest(line));
          default -> throw new IllegalArgumentException("line " + number + " is none: " + line);
        };
      }
    };
  }

  private static Language language(int number, String code) {
    return Language.of(code)
        .orElseThrow(
            () -> new IllegalArgumentException("line " + number + " names no language: " + code));
  }

  private static String rest(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }
}

package dev.latchstring.client.flow;

import java.util.List;

/**
 * What the machine can do for a login.
 *
 * @param terminal whether a person can read and type here
 * @param browser where a browser would be
 * @param launcher the command that opens an address, which goes behind it as the last argument;
 *     empty where there is none. It is started without a shell
 * @param attended whether a person is likely to see what is shown, at a terminal or elsewhere
 * @param findings what this was concluded from, each half a sentence, for the person
 */
public record Surroundings(
    boolean terminal,
    Browser browser,
    List<String> launcher,
    boolean attended,
    List<String> findings) {

  /** Where the person's browser is. */
  public enum Browser {
    /** On this machine: it can be opened, and can come back to a port of it. */
    HERE,
    /** With the person, who is not at this machine: it cannot reach a port of it. */
    ELSEWHERE,
    /** There is none that is known of. */
    NONE
  }

  /**
   * Nothing is known: whoever shows the prompt has a person, wherever they are. No browser is
   * opened.
   */
  public static final Surroundings UNKNOWN =
      new Surroundings(false, Browser.NONE, List.of(), true, List.of());

  public Surroundings {
    launcher = List.copyOf(launcher);
    findings = List.copyOf(findings);
  }

  /** Where a person reads and types, whatever else there is. */
  public Surroundings withTerminal(boolean present) {
    return new Surroundings(present, browser, launcher, attended || present, findings);
  }

  /** The same without opening a browser: the address is shown alone. */
  public Surroundings withoutLauncher() {
    return new Surroundings(terminal, browser, List.of(), attended, findings);
  }

  /** The findings as one piece of text; empty where there is none. */
  public String because() {
    return findings.isEmpty() ? "" : " (" + String.join(", ", findings) + ")";
  }
}

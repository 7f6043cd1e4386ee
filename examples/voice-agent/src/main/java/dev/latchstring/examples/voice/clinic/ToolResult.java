package dev.latchstring.examples.voice.clinic;

import dev.latchstring.oauth.Challenge;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What came of a tool call. */
public sealed interface ToolResult {
  /**
   * The tool's structured content. It is about the caller, so it is for the caller's ear alone and
   * not shown by toString.
   */
  record Content(Map<?, ?> content) implements ToolResult {
    @Override
    public String toString() {
      return "Content[]";
    }
  }

  /** RFC 9470, RFC 6750 §3.1. A stronger or broader login would be answered. */
  record LoginNeeded(List<Challenge> challenges) implements ToolResult {
    public LoginNeeded {
      challenges = List.copyOf(challenges);
    }

    /** For a log: which authentication contexts would do; "more scope" where none is named. */
    public String acrValues() {
      return challenges.stream()
          .map(each -> each.parameter("acr_values"))
          .filter(Objects::nonNull)
          .findFirst()
          .orElse("more scope");
    }
  }

  /** No, and no login would change it. */
  record Refused() implements ToolResult {}

  /**
   * No usable answer.
   *
   * @param why for a log; nothing of the caller's is in it
   */
  record Failed(String why) implements ToolResult {}
}

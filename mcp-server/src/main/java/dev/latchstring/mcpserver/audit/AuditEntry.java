package dev.latchstring.mcpserver.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision.
 *
 * @param at when it was made
 * @param subject who called; null where nobody is logged in
 * @param issuer who vouches for the subject; null where nobody is logged in
 * @param clientId by which client; null where nobody is logged in
 * @param actors RFC 8693 §4.1: who acts for the subject, the current actor first
 * @param method the MCP method
 * @param name the tool or prompt as the caller spelled it, at most {@value #MAX_NAME} characters;
 *     null where the method names none. A resource's address is left out: it may say more
 * @param outcome what was decided
 * @param error OAuth's code for a refusal; null where it was allowed
 * @param rule which rules were asked and, of a refusal, which refused
 */
public record AuditEntry(
    Instant at,
    @Nullable String subject,
    @Nullable String issuer,
    @Nullable String clientId,
    List<String> actors,
    String method,
    @Nullable String name,
    Outcome outcome,
    @Nullable String error,
    String rule) {
  /** The most characters of a name that are kept. */
  public static final int MAX_NAME = 200;

  /** What was decided. */
  public enum Outcome {
    /** It went on. */
    ALLOWED,
    /** It did not: somebody may not, or not yet. */
    REFUSED,
    /** It did not, for it could not be decided. */
    UNDECIDED
  }

  public AuditEntry {
    actors = List.copyOf(actors);
    if (name != null && name.length() > MAX_NAME) {
      name = name.substring(0, MAX_NAME);
    }
  }
}

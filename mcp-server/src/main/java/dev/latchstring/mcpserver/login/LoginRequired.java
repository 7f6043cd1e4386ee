package dev.latchstring.mcpserver.login;

import dev.latchstring.oauth.Challenge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §3, MCP "Authorization": the server wants a login, or a wider one than there is.
 *
 * <p>It is thrown through the layers up to where the host can be asked.
 */
public final class LoginRequired extends RuntimeException {
  private final int status;
  private final transient List<Challenge> challenges;
  private final @Nullable String at;

  /**
   * @param status 401, or 403 where the token lacks a scope
   * @param challenges of the response, may be empty
   */
  public LoginRequired(int status, List<Challenge> challenges) {
    this(status, challenges, null);
  }

  /**
   * The same, where there are several accounts.
   *
   * @param at which of the front's desks the login is done at; null where there is one
   */
  public LoginRequired(int status, List<Challenge> challenges, @Nullable String at) {
    super("a login is needed", null, false, false);
    this.status = status;
    this.challenges = List.copyOf(challenges);
    this.at = at;
  }

  /** Which desk the login is done at; null where there is one. */
  public @Nullable String at() {
    return at;
  }

  public int status() {
    return status;
  }

  List<Challenge> challenges() {
    return challenges;
  }

  public @Nullable String scope() {
    return challenges.stream()
        .map(Challenge::scope)
        .filter(scope -> scope != null)
        .findFirst()
        .orElse(null);
  }

  public @Nullable String resourceMetadata() {
    return challenges.stream()
        .map(Challenge::resourceMetadata)
        .filter(url -> url != null)
        .findFirst()
        .orElse(null);
  }

  /** The challenge's error code, else what the status means. */
  public String error() {
    return challenges.stream()
        .map(Challenge::error)
        .filter(error -> error != null)
        .findFirst()
        .orElse(status == 403 ? "insufficient_scope" : "invalid_token");
  }
}

package dev.latchstring.authorizationserver.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person with an account.
 *
 * @param subject {@code sub} in every token: random, stable, never given to another
 * @param username what the person types to sign in; null for somebody whom another database of the
 *     operator's knows
 * @param displayName how pages address the person; empty where nobody says
 * @param teams the teams, {@code groups} in tokens
 */
public record Account(
    String subject, @Nullable String username, String displayName, List<String> teams) {
  public Account {
    teams = List.copyOf(teams);
  }
}

package dev.latchstring.authorizationserver.account;

import java.util.List;

/**
 * A person with an account.
 *
 * @param subject {@code sub} in every token: random, stable, never given to another
 * @param username what the person types to sign in
 * @param displayName how pages address the person
 * @param teams the teams, {@code groups} in tokens
 */
public record Account(String subject, String username, String displayName, List<String> teams) {
  public Account {
    teams = List.copyOf(teams);
  }
}

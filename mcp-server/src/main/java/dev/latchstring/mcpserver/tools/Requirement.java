package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a caller must bring. Everything that is named must hold.
 *
 * <pre>{@code
 * Requirement.scopes("record:read").teams("front-desk", "ward").acr("urn:example:mfa")
 * }</pre>
 *
 * @param scope every one of these scopes, or a broader one that implies it
 * @param anyTeam at least one of these teams; empty where none is asked for
 * @param acrValues one of these authentication context classes (RFC 9470), the preferred first;
 *     empty where none is asked for
 * @param maximumAge the person must have been authenticated no longer ago; null where it does not
 *     matter
 * @param closed nobody fulfils it
 */
public record Requirement(
    Scope scope,
    SequencedSet<String> anyTeam,
    List<String> acrValues,
    @Nullable Duration maximumAge,
    boolean closed) {

  /** The key under which a tool's {@code _meta} publishes what it requires. */
  public static final String META_KEY = "dev.latchstring/authorization";

  private static final SequencedSet<String> NO_TEAM =
      Collections.unmodifiableSequencedSet(new LinkedHashSet<>());

  public Requirement {
    anyTeam = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(anyTeam));
    acrValues = List.copyOf(acrValues);
    for (String team : anyTeam) {
      requireText("a team", team);
    }
    for (String acr : acrValues) {
      requireText("an acr value", acr);
    }
    if (maximumAge != null
        && (maximumAge.isNegative()
            || !maximumAge.equals(Duration.ofSeconds(maximumAge.toSeconds())))) {
      throw new IllegalArgumentException("a maximum age is a number of whole seconds");
    }
  }

  private static void requireText(String what, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + " must not be blank");
    }
  }

  /**
   * All of these scopes.
   *
   * @throws dev.latchstring.oauth.OAuthException {@code invalid_scope} where one breaks RFC 6749
   *     §3.3
   */
  public static Requirement scopes(String... scopes) {
    return new Requirement(Scope.of(scopes), NO_TEAM, List.of(), null, false);
  }

  /** A valid token for this server, and nothing more. */
  public static Requirement anyCaller() {
    return new Requirement(Scope.NONE, NO_TEAM, List.of(), null, false);
  }

  /** Nobody: for what is switched off, or as the default of a server that declares every tool. */
  public static Requirement nobody() {
    return new Requirement(Scope.NONE, NO_TEAM, List.of(), null, true);
  }

  /**
   * And a member of at least one of these teams. Named once, for two lists could be meant as "both"
   * or as "either".
   *
   * @throws IllegalStateException where teams were named before
   */
  public Requirement teams(String... teams) {
    if (!anyTeam.isEmpty()) {
      throw new IllegalStateException("name all teams, any of which will do, in one call");
    }
    return new Requirement(
        scope, new LinkedHashSet<>(Arrays.asList(teams)), acrValues, maximumAge, closed);
  }

  /**
   * RFC 9470 §3. And authenticated in one of these classes, the preferred first.
   *
   * @throws IllegalStateException where classes were named before
   */
  public Requirement acr(String... values) {
    if (!acrValues.isEmpty()) {
      throw new IllegalStateException("name all acr values, any of which will do, in one call");
    }
    return new Requirement(scope, anyTeam, List.of(values), maximumAge, closed);
  }

  /** RFC 9470 §3. And authenticated no longer ago than this, in whole seconds. */
  public Requirement maxAge(Duration age) {
    return new Requirement(scope, anyTeam, acrValues, age, closed);
  }

  /**
   * The value of {@code _meta["dev.latchstring/authorization"]}, by which a client can see before
   * it calls what a call will need: {@code scopes}, {@code teams}, {@code acr_values} and {@code
   * max_age} (seconds), each only where it is asked for.
   */
  public Map<String, Object> published() {
    Map<String, Object> published = new LinkedHashMap<>();
    if (!scope.isEmpty()) {
      published.put("scopes", List.copyOf(scope.values()));
    }
    if (!anyTeam.isEmpty()) {
      published.put("teams", List.copyOf(anyTeam));
    }
    if (!acrValues.isEmpty()) {
      published.put("acr_values", acrValues);
    }
    if (maximumAge != null) {
      published.put("max_age", maximumAge.toSeconds());
    }
    return Collections.unmodifiableMap(published);
  }
}

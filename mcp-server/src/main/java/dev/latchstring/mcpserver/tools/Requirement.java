package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.ArrayList;
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
 * @param teamGroups of each group at least one team; empty where none is asked for. There is more
 *     than one group only where two declarations name teams for the same tool
 * @param acrValues one of these authentication context classes (RFC 9470), the preferred first;
 *     empty where none is asked for
 * @param maximumAge the person must have been authenticated no longer ago; null where it does not
 *     matter
 * @param provider by which of a server's several logins the caller must be known; null where any
 *     will do
 * @param closed nobody fulfils it
 */
public record Requirement(
    Scope scope,
    List<SequencedSet<String>> teamGroups,
    List<String> acrValues,
    @Nullable Duration maximumAge,
    @Nullable String provider,
    boolean closed) {

  /** The key under which a tool's {@code _meta} publishes what it requires. */
  public static final String META_KEY = "dev.latchstring/authorization";

  public Requirement {
    teamGroups =
        teamGroups.stream()
            .filter(group -> !group.isEmpty())
            .map(group -> Collections.unmodifiableSequencedSet(new LinkedHashSet<>(group)))
            .distinct()
            .toList();
    acrValues = List.copyOf(acrValues);
    teamGroups.forEach(group -> group.forEach(team -> requireText("a team", team)));
    if (provider != null) {
      requireText("a provider", provider);
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
    return new Requirement(Scope.of(scopes), List.of(), List.of(), null, null, false);
  }

  /** A valid token for this server, and nothing more. */
  public static Requirement anyCaller() {
    return new Requirement(Scope.NONE, List.of(), List.of(), null, null, false);
  }

  /** Nobody: for what is switched off, or as the default of a server that declares every tool. */
  public static Requirement nobody() {
    return new Requirement(Scope.NONE, List.of(), List.of(), null, null, true);
  }

  /**
   * And a member of at least one of these teams. Named once, for two lists could be meant as "both"
   * or as "either".
   *
   * @throws IllegalStateException where teams were named before
   */
  public Requirement teams(String... teams) {
    if (!teamGroups.isEmpty()) {
      throw new IllegalStateException("name all teams, any of which will do, in one call");
    }
    List<SequencedSet<String>> group = List.of(new LinkedHashSet<>(Arrays.asList(teams)));
    return new Requirement(scope, group, acrValues, maximumAge, provider, closed);
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
    return new Requirement(scope, teamGroups, List.of(values), maximumAge, provider, closed);
  }

  /** RFC 9470 §3. And authenticated no longer ago than this, in whole seconds. */
  public Requirement maxAge(Duration age) {
    return new Requirement(scope, teamGroups, acrValues, age, provider, closed);
  }

  /**
   * And known by this one of the server's logins, such as {@code github} of a server that fronts
   * several services. What the caller has of it ({@link Caller#provider}) is what else is decided
   * by: its scopes, its teams.
   *
   * @throws IllegalStateException where a provider was named before
   */
  public Requirement provider(String name) {
    if (provider != null) {
      throw new IllegalStateException("a tool needs the login of one provider");
    }
    return new Requirement(scope, teamGroups, acrValues, maximumAge, name, closed);
  }

  /**
   * What two declarations require together: whoever fulfils it fulfils both. Where they contradict
   * each other ({@link #contradiction}) nobody does.
   */
  public Requirement and(Requirement other) {
    if (equals(other) || closed) {
      return this;
    }
    if (other.closed || contradiction(other) != null) {
      return nobody();
    }
    List<SequencedSet<String>> groups = new ArrayList<>(teamGroups);
    groups.addAll(other.teamGroups);
    return new Requirement(
        scope.union(other.scope),
        groups,
        acrValues.isEmpty() || other.acrValues.isEmpty()
            ? (acrValues.isEmpty() ? other.acrValues : acrValues)
            : acrValues.stream().filter(other.acrValues::contains).toList(),
        shorter(maximumAge, other.maximumAge),
        provider == null ? other.provider : provider,
        false);
  }

  /** Why nobody could fulfil both although each can be fulfilled; null where somebody could. */
  public @Nullable String contradiction(Requirement other) {
    if (closed || other.closed) {
      return null;
    }
    if (!acrValues.isEmpty()
        && !other.acrValues.isEmpty()
        && Collections.disjoint(acrValues, other.acrValues)) {
      return "no acr value is in both " + acrValues + " and " + other.acrValues;
    }
    return provider != null && other.provider != null && !provider.equals(other.provider)
        ? "one names the provider " + provider + " and the other " + other.provider
        : null;
  }

  /** The shorter of two times, of which null is the longest. */
  static @Nullable Duration shorter(@Nullable Duration a, @Nullable Duration b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }

  /**
   * The value of {@code _meta["dev.latchstring/authorization"]}, by which a client can see before
   * it calls what a call will need: {@code scopes}, {@code teams}, {@code acr_values}, {@code
   * max_age} (seconds) and {@code provider}, each only where it is asked for; {@code closed} alone
   * for what is open to nobody. Further groups of teams are in {@code and}.
   */
  public Map<String, Object> published() {
    if (closed) {
      return Map.of("closed", true);
    }
    Map<String, Object> published = new LinkedHashMap<>();
    if (!scope.isEmpty()) {
      published.put("scopes", List.copyOf(scope.values()));
    }
    if (!teamGroups.isEmpty()) {
      published.put("teams", List.copyOf(teamGroups.getFirst()));
    }
    if (!acrValues.isEmpty()) {
      published.put("acr_values", acrValues);
    }
    if (maximumAge != null) {
      published.put("max_age", maximumAge.toSeconds());
    }
    if (provider != null) {
      published.put("provider", provider);
    }
    if (teamGroups.size() > 1) {
      published.put(
          "and",
          teamGroups.stream().skip(1).map(group -> Map.of("teams", List.copyOf(group))).toList());
    }
    return Collections.unmodifiableMap(published);
  }
}

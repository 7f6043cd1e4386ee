package dev.latchstring.client.challenge;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The challenge profile, "A request that begins": what a login by challenge is for.
 *
 * @param resource where the token will go (RFC 8707)
 * @param scope {@link Scope#NONE} leaves it to the server
 * @param acrValues the authentication contexts that will do, the most wanted first; empty lets the
 *     scope decide
 * @param maxAge what was proven longer ago does not count; null for no such wish
 * @param uiLocales the person's languages, RFC 5646 tags, the most wanted first
 * @param authSession of an earlier login or refusal, so that what was proven is not asked again; a
 *     secret; null for none
 * @param afresh whether nothing that was proven before counts ({@code prompt=login})
 * @param redirectUri where a browser comes back to if the server wants one ({@code
 *     redirect_to_web}); null where there is no such place
 * @param settings what is pinned for the server: extra parameters of every request, and what {@code
 *     resource} says
 */
public record ChallengeRequest(
    URI resource,
    Scope scope,
    List<String> acrValues,
    @Nullable Duration maxAge,
    List<String> uiLocales,
    @Nullable String authSession,
    boolean afresh,
    @Nullable URI redirectUri,
    ServerSettings settings) {

  public ChallengeRequest {
    acrValues = List.copyOf(acrValues);
    uiLocales = List.copyOf(uiLocales);
  }

  /** For a resource and a scope, everything else left to the server. */
  public static ChallengeRequest of(URI resource, Scope scope) {
    return new ChallengeRequest(
        resource, scope, List.of(), null, List.of(), null, false, null, ServerSettings.NONE);
  }

  /** For the MCP server that was discovered, with the scope that MCP's strategy selects. */
  public static ChallengeRequest of(Discovered at) {
    return of(at.resource(), at.scope()).withSettings(at.settings());
  }

  public ChallengeRequest withScope(Scope wanted) {
    return new ChallengeRequest(
        resource, wanted, acrValues, maxAge, uiLocales, authSession, afresh, redirectUri, settings);
  }

  public ChallengeRequest withAcrValues(List<String> wanted) {
    return new ChallengeRequest(
        resource, scope, wanted, maxAge, uiLocales, authSession, afresh, redirectUri, settings);
  }

  public ChallengeRequest withMaxAge(@Nullable Duration wanted) {
    return new ChallengeRequest(
        resource, scope, acrValues, wanted, uiLocales, authSession, afresh, redirectUri, settings);
  }

  public ChallengeRequest withUiLocales(List<String> wanted) {
    return new ChallengeRequest(
        resource, scope, acrValues, maxAge, wanted, authSession, afresh, redirectUri, settings);
  }

  public ChallengeRequest withAuthSession(@Nullable String earlier) {
    return new ChallengeRequest(
        resource, scope, acrValues, maxAge, uiLocales, earlier, afresh, redirectUri, settings);
  }

  public ChallengeRequest withRedirectUri(@Nullable URI place) {
    return new ChallengeRequest(
        resource, scope, acrValues, maxAge, uiLocales, authSession, afresh, place, settings);
  }

  public ChallengeRequest withSettings(ServerSettings pinned) {
    return new ChallengeRequest(
        resource, scope, acrValues, maxAge, uiLocales, authSession, afresh, redirectUri, pinned);
  }

  /** Nothing that was proven before counts. */
  public ChallengeRequest startingAfresh() {
    return new ChallengeRequest(
        resource, scope, acrValues, maxAge, uiLocales, authSession, true, redirectUri, settings);
  }

  /**
   * RFC 9470 §4. What a resource server's refusal asks for: its {@code acr_values} and {@code
   * max_age}, and its {@code scope} besides what was asked for already. What cannot be understood
   * is left out.
   */
  public ChallengeRequest withChallenges(List<Challenge> received) {
    ChallengeRequest more = this;
    for (Challenge challenge : received) {
      String acr = challenge.parameter("acr_values");
      if (acr != null && !acr.isBlank()) {
        more = more.withAcrValues(List.of(acr.strip().split(" +")));
      }
      String age = challenge.parameter("max_age");
      if (age != null && age.matches("[0-9]{1,9}")) {
        more = more.withMaxAge(Duration.ofSeconds(Long.parseLong(age)));
      }
      more = more.withScope(more.scope().union(scope(challenge)));
    }
    return more;
  }

  /**
   * As parameters, without the session and the client.
   *
   * @param verifier RFC 7636
   * @param stateParameter sent where a browser may have to come back
   */
  Map<String, String> parameters(String verifier, String stateParameter) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("response_type", "code");
    form.put("code_challenge", Pkce.challenge(verifier));
    form.put("code_challenge_method", Pkce.S256);
    if (!scope.isEmpty()) {
      form.put("scope", scope.toString());
    }
    if (!uiLocales.isEmpty()) {
      form.put("ui_locales", String.join(" ", uiLocales));
    }
    if (afresh) {
      form.put("prompt", "login");
    }
    form.putAll(settings.parameters(RequestKind.AUTHORIZATION, resource.toString()));
    // A step-up stands above what is pinned.
    if (!acrValues.isEmpty()) {
      form.put("acr_values", String.join(" ", acrValues));
    }
    if (maxAge != null) {
      form.put("max_age", Long.toString(Math.max(0, maxAge.toSeconds())));
    }
    if (redirectUri != null) {
      form.put("redirect_uri", redirectUri.toString());
      form.put("state", stateParameter);
    }
    return form;
  }

  private static Scope scope(Challenge challenge) {
    try {
      return challenge.scope() == null ? Scope.NONE : Scope.parse(challenge.scope());
    } catch (OAuthException e) {
      return Scope.NONE;
    }
  }

  /** Without the session. */
  @Override
  public String toString() {
    return "ChallengeRequest[resource="
        + resource
        + ", scope="
        + scope
        + ", acrValues="
        + acrValues
        + "]";
  }
}

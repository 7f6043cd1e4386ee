package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.context.TestOverride;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a grant was redeemed for: everything that tokens are issued from.
 *
 * <p>It begins with who may do what where ({@link #of}); the other methods give a copy that says
 * one thing more. An authorization that somebody holds never changes.
 */
public final class Authorization implements Cloneable {
  private String subject;
  private String clientId;
  private Scope scope;
  private String resource;
  private AccessTokenFormat format;
  private @Nullable String grantId;
  private @Nullable Instant authenticationTime;
  private @Nullable String acr;
  private List<String> amr = List.of();
  private @Nullable String username;
  private List<String> teams = List.of();
  private @Nullable Map<String, Object> actor;
  private @Nullable String keyThumbprint;
  private @Nullable String nonce;
  private RequestedClaims claims = RequestedClaims.NONE;
  private @Nullable Instant notAfter;
  private boolean refreshable;
  private @Nullable Consumption consumption;
  private @Nullable String exchanged;
  private @Nullable McpContext context;
  private @Nullable JsonNode metadata;
  private @Nullable TestOverride testOverride;
  private @Nullable String authSession;

  private Authorization(
      String subject, String clientId, Scope scope, String resource, AccessTokenFormat format) {
    this.subject = subject;
    this.clientId = clientId;
    this.scope = scope;
    this.resource = resource;
    this.format = format;
  }

  /** Somebody's leave for a client, with no person, no grant and nothing to consume as yet. */
  public static Authorization of(
      String subject, String clientId, Scope scope, String resource, AccessTokenFormat format) {
    return new Authorization(subject, clientId, scope, resource, format);
  }

  /** RFC 6749 §4.4: the client itself. */
  public static Authorization ofClient(
      String clientId, Scope scope, String resource, AccessTokenFormat format) {
    return of(clientId, clientId, scope, resource, format);
  }

  /** What a person gave to a client, all of it. */
  public static Authorization ofGrant(
      GivenGrant grant, Account account, boolean refreshable, Consumption consumption) {
    return of(
            grant.subject(),
            grant.clientId(),
            grant.scope(),
            grant.resource(),
            AccessTokenFormat.JWT)
        .underGrant(grant.grantId())
        .signedIn(grant.authenticationTime(), grant.acr(), grant.amr())
        .named(account.username())
        .inTeams(account.teams())
        .telling(grant.claims())
        .statedIn(grant.context())
        .refreshable(refreshable)
        .consuming(consumption);
  }

  /** The one way to a copy that differs: it is changed before anybody sees it. */
  private Authorization with(Consumer<Authorization> change) {
    try {
      Authorization copy = (Authorization) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /** The same, for this scope of this resource. */
  public Authorization narrowedTo(Scope scope, String resource, AccessTokenFormat format) {
    return with(copy -> {
      copy.scope = scope;
      copy.resource = resource;
      copy.format = format;
    });
  }

  /** The same, with tokens that belong to this grant and are revoked with it. */
  public Authorization underGrant(@Nullable String grantId) {
    return with(copy -> copy.grantId = grantId);
  }

  /** The same, with or without a (new) refresh token, which belongs to the grant. */
  public Authorization refreshable(boolean refreshable) {
    if (refreshable && grantId == null) {
      throw new IllegalStateException("a refresh token belongs to a grant");
    }
    return with(copy -> copy.refreshable = refreshable);
  }

  /**
   * The same, of a person who signed in.
   *
   * @param time when; null where that is not known
   */
  public Authorization signedIn(@Nullable Instant time, @Nullable String acr, List<String> amr) {
    return with(copy -> {
      copy.authenticationTime = time;
      copy.acr = acr;
      copy.amr = List.copyOf(amr);
    });
  }

  /** The same, of a person with this name; null where no person is involved. */
  public Authorization named(@Nullable String username) {
    return with(copy -> copy.username = username);
  }

  /** The same, of a member of these teams. */
  public Authorization inTeams(List<String> teams) {
    return with(copy -> copy.teams = List.copyOf(teams));
  }

  /** RFC 8693 §4.1: the same, with this actor for the subject; null where nobody acts for it. */
  public Authorization actedBy(@Nullable Map<String, Object> actor) {
    return with(copy -> copy.actor = actor);
  }

  /** RFC 9449 §6.1: the same, for the holder of this key alone; null for whoever has the token. */
  public Authorization boundTo(@Nullable String keyThumbprint) {
    return with(copy -> copy.keyThumbprint = keyThumbprint);
  }

  /** OpenID Connect Core §5.5: the same, with claims beside what the scope gives. */
  public Authorization telling(RequestedClaims claims) {
    return with(copy -> copy.claims = claims);
  }

  /** The same, to be told in an id token that carries this value. */
  public Authorization withNonce(@Nullable String nonce) {
    return with(copy -> copy.nonce = nonce);
  }

  /** The same, with no access token that lives longer. */
  public Authorization endingBy(Instant notAfter) {
    return with(copy -> copy.notAfter = notAfter);
  }

  /** The same, which is issued only together with this; null where nothing is used up. */
  public Authorization consuming(@Nullable Consumption consumption) {
    return with(copy -> copy.consumption = consumption);
  }

  /**
   * The same, in exchange for the access token of this identifier, with which it is revoked.
   *
   * @param jwtId {@code jti}
   */
  public Authorization inExchangeFor(String jwtId) {
    return with(copy -> copy.exchanged = jwtId);
  }

  /** The same, of a client that stated this of its model session; null where it stated nothing. */
  public Authorization statedIn(@Nullable McpContext context) {
    return with(copy -> copy.context = context);
  }

  /** The same, of a client that signed this of itself; null where it signed nothing. */
  public Authorization describedBy(@Nullable JsonNode metadata) {
    return with(copy -> copy.metadata = metadata);
  }

  /** The same, for a token of test mode; null for a real one. */
  public Authorization overriddenBy(@Nullable TestOverride testOverride) {
    return with(copy -> copy.testOverride = testOverride);
  }

  /**
   * draft-ietf-oauth-first-party-apps-04 §6.1: the same, of a login by challenge, which a step-up
   * continues; null where there is none.
   */
  public Authorization continuedBy(@Nullable String authSession) {
    return with(copy -> copy.authSession = authSession);
  }

  /** The account; the client where no person is involved. */
  public String subject() {
    return subject;
  }

  public String clientId() {
    return clientId;
  }

  public Scope scope() {
    return scope;
  }

  /** RFC 8707: what the access token is for. */
  public String resource() {
    return resource;
  }

  /** What that resource wants. */
  public AccessTokenFormat format() {
    return format;
  }

  /** The grant that the tokens belong to; null where there is none. */
  public @Nullable String grantId() {
    return grantId;
  }

  /** When the person signed in; null where no person is involved. */
  public @Nullable Instant authenticationTime() {
    return authenticationTime;
  }

  public @Nullable String acr() {
    return acr;
  }

  public List<String> amr() {
    return amr;
  }

  /** What the person signs in with; null where no person is involved. */
  public @Nullable String username() {
    return username;
  }

  public List<String> teams() {
    return teams;
  }

  /** RFC 8693 §4.1: who acts for the subject; null where nobody does. */
  public @Nullable Map<String, Object> actor() {
    return actor;
  }

  /** RFC 9449 §6.1: the key that the tokens are bound to; null where they are not. */
  public @Nullable String keyThumbprint() {
    return keyThumbprint;
  }

  /** OpenID Connect Core §3.1.2.1: what the client wants to find in the id token, or null. */
  public @Nullable String nonce() {
    return nonce;
  }

  /** OpenID Connect Core §5.5: what an id token tells beside what the scope gives. */
  public RequestedClaims claims() {
    return claims;
  }

  /** No access token may live longer; null where nothing limits it. */
  public @Nullable Instant notAfter() {
    return notAfter;
  }

  /** Whether a (new) refresh token is issued. */
  public boolean refreshable() {
    return refreshable;
  }

  /** What is consumed in the issuing transaction; null where there is nothing. */
  public @Nullable Consumption consumption() {
    return consumption;
  }

  /**
   * The identifier of the access token that this one is exchanged for, which cannot be revoked
   * without it; null where no token is exchanged.
   */
  public @Nullable String exchanged() {
    return exchanged;
  }

  /** {@code mcp_context}: what the client stated of its model session; null where it did not. */
  public @Nullable McpContext context() {
    return context;
  }

  /** {@code mcp_metadata}: what the client signed of itself; null where it did not. */
  public @Nullable JsonNode metadata() {
    return metadata;
  }

  /** What a test wants to see in its token; null where the token is a real one. */
  public @Nullable TestOverride testOverride() {
    return testOverride;
  }

  /** What a step-up of this login continues from; null where there is nothing. */
  public @Nullable String authSession() {
    return authSession;
  }

  /** Who, at which client, and for what alone. */
  @Override
  public String toString() {
    return "Authorization[subject="
        + subject
        + ", clientId="
        + clientId
        + ", scope="
        + scope
        + ", resource="
        + resource
        + "]";
  }
}

package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are accepted in exchange for ours, and which of ours for others.
 *
 * @param issuers RFC 7523 and RFC 8693: somebody else's tokens
 * @param idJagAudiences the authorization servers that this one vouches for people to
 * @param exchanges RFC 8693: which resource may get tokens for which other
 * @param identityAudiences RFC 8693: which gateway may say to which tool server who makes a call
 */
public record AssertionSettings(
    List<TrustedIssuerSettings> issuers,
    List<IdJagAudience> idJagAudiences,
    List<Exchange> exchanges,
    List<IdentityAudience> identityAudiences) {

  /** Nobody, nothing. */
  public static final AssertionSettings NONE =
      new AssertionSettings(List.of(), List.of(), List.of(), List.of());

  public AssertionSettings {
    issuers = List.copyOf(issuers);
    idJagAudiences = List.copyOf(idJagAudiences);
    exchanges = List.copyOf(exchanges);
    identityAudiences = List.copyOf(identityAudiences);
  }

  /** Whether an issuer is trusted for this. */
  public boolean accepts(TrustedIssuerSettings.Use use) {
    return issuers.stream().anyMatch(issuer -> issuer.uses().contains(use));
  }

  /** Whether somebody else's tokens are redeemed (RFC 7523 §2.1). */
  public boolean redeems() {
    return accepts(TrustedIssuerSettings.Use.WORKLOAD) || accepts(TrustedIssuerSettings.Use.ID_JAG);
  }

  /** Whether tokens are exchanged (RFC 8693). */
  public boolean exchangesTokens() {
    return !idJagAudiences.isEmpty() || !exchanges.isEmpty() || !identityAudiences.isEmpty();
  }

  /**
   * An authorization server that accepts ID-JAGs of this one.
   *
   * @param audience its issuer, as text
   * @param clients the clients that may ask, each with the identifier it has there
   * @param resources what an ID-JAG may be for, canonical
   * @param scope the most that one gives
   * @param teams who may be vouched for: people in one of them; empty for everybody
   * @param lifetime of an ID-JAG
   */
  public record IdJagAudience(
      String audience,
      Map<String, String> clients,
      Set<String> resources,
      Scope scope,
      List<String> teams,
      Duration lifetime) {
    public IdJagAudience {
      clients = Map.copyOf(clients);
      resources = Set.copyOf(resources);
      teams = List.copyOf(teams);
    }
  }

  /**
   * What a client that stands for one resource may get at another.
   *
   * @param client the client, which authenticates
   * @param from the resource it stands for, canonical
   * @param to the resource it calls, canonical
   * @param requires what the token that it got must allow
   * @param scope the most it gets; null for what the token that it got allows
   */
  public record Exchange(
      String client, String from, String to, Scope requires, @Nullable Scope scope) {}

  /**
   * To which tool server a gateway may say who makes a call.
   *
   * @param client the gateway, which authenticates
   * @param from the resource that callers' tokens are for, canonical
   * @param audience what the tool server is called, as text
   * @param requires what the token that it got must allow
   * @param scope the most it gets; null for what the token that it got allows
   * @param teams who may be vouched for: people in one of them; empty for everybody
   * @param lifetime of an assertion
   */
  public record IdentityAudience(
      String client,
      String from,
      String audience,
      Scope requires,
      @Nullable Scope scope,
      List<String> teams,
      Duration lifetime) {
    public IdentityAudience {
      teams = List.copyOf(teams);
    }
  }
}

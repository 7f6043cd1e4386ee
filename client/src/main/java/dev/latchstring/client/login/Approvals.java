package dev.latchstring.client.login;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Turns the tokens of a login into an approval: who is it, and is it the account's own person. */
public final class Approvals {
  private final String account;
  private final @Nullable StoredLogin pinned;
  private final TokenStore store;
  private final Runnable storeChanged;
  private final Identities identities;
  private final Revocation revocation;
  private final Clock clock;

  /**
   * @param pinned the account's stored login, whose identity a new one must have; null where there
   *     is none, or where another person was allowed
   * @param storeChanged is run after a login was stored
   */
  public Approvals(
      String account,
      @Nullable StoredLogin pinned,
      TokenStore store,
      Runnable storeChanged,
      Http http,
      Clock clock) {
    this.account = account;
    this.pinned = pinned;
    this.store = store;
    this.storeChanged = storeChanged;
    this.identities = new Identities(http);
    this.revocation = new Revocation(new ClientRequests(http));
    this.clock = clock;
  }

  /**
   * What a login leaves besides its tokens. Secrets.
   *
   * @param dpopKey the private key that was proven, a JWK as JSON: the tokens are bound to it, or
   *     the refresh token alone where their type says {@code Bearer}; null where none was proven
   * @param authSession what a step-up continues from; null where there is nothing
   */
  public record Proof(@Nullable String dpopKey, @Nullable String authSession) {
    /** Nothing. */
    public static final Proof NONE = new Proof(null, null);

    /** Without anything. */
    @Override
    public String toString() {
      return "Proof[]";
    }
  }

  /**
   * Of a login that another person than the one here may have approved.
   *
   * @throws ClientException {@link Problem#WRONG_PERSON}, after the tokens were revoked
   */
  public Approval open(
      TokenResponse tokens,
      Discovered at,
      Scope requested,
      ClientAuthentication client,
      Proof proof) {
    return open(tokens, at, requested, client, proof, true);
  }

  /**
   * Of a login whose person answered here, or that has none, so that nobody has to be asked who it
   * was.
   *
   * @throws ClientException {@link Problem#WRONG_PERSON}, after the tokens were revoked
   */
  public Approval openProven(
      TokenResponse tokens,
      Discovered at,
      Scope requested,
      ClientAuthentication client,
      Proof proof) {
    return open(tokens, at, requested, client, proof, false);
  }

  private Approval open(
      TokenResponse tokens,
      Discovered at,
      Scope requested,
      ClientAuthentication client,
      Proof proof,
      boolean ask) {
    Identity identity = identities.of(tokens, at, client);
    StoredLogin login = login(tokens, at, requested, client, identity, proof);
    boolean samePerson = isPinned(identity);
    if (!samePerson && pinned != null && pinned.subject() != null && identity.subject() != null) {
      revocation.revoke(login, client);
      throw new ClientException(
          Problem.WRONG_PERSON,
          "the login was approved by "
              + identity.display()
              + ", and this account belongs to "
              + (pinned.name() == null ? pinned.subject() : pinned.name())
              + (pinned.issuer().equals(identity.issuer()) ? "" : " at " + pinned.issuer())
              + "; its tokens were discarded",
          "approve it as the same person, or log out first to let another person in");
    }
    return new PendingApproval(
        login,
        identity,
        !samePerson && ask,
        confirmed -> {
          store.put(confirmed.slot(), confirmed);
          storeChanged.run();
        },
        discarded -> revocation.revoke(discarded, client));
  }

  /** Of a login that another process finished: what it stored. */
  Approval stored(URI server) {
    storeChanged.run();
    StoredLogin login =
        store
            .find(new Slot.LoginSlot(server, account))
            .orElseThrow(() ->
                new ClientException(
                    Problem.LOGIN_REQUIRED,
                    "the login to " + server + " was stored and ended meanwhile",
                    "log in again"));
    return new StoredApproval(
        new Identity(login.issuer(), login.subject(), login.name()), Scope.parse(login.scope()));
  }

  private boolean isPinned(Identity identity) {
    return pinned != null
        && identity.subject() != null
        && identity.subject().equals(pinned.subject())
        && identity.issuer().equals(pinned.issuer());
  }

  /** RFC 6749 §5.1: without a scope in the answer, what was asked for was granted. */
  static Scope granted(TokenResponse tokens, Scope requested) {
    try {
      return tokens.scope() == null ? requested : Scope.parse(tokens.scope());
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint granted a scope that cannot be: " + e.description(),
          "ask the authorization server's operator to correct it");
    }
  }

  private StoredLogin login(
      TokenResponse tokens,
      Discovered at,
      Scope requested,
      ClientAuthentication client,
      Identity identity,
      Proof proof) {
    long now = clock.instant().getEpochSecond();
    return StoredLogin.at(at.server().toString(), account)
        .resource(at.resource().toString())
        .issuer(at.issuer())
        .tokenEndpoint(String.valueOf(at.authorizationServer().tokenEndpoint()))
        .revocationEndpoint(at.authorizationServer().revocationEndpoint())
        .clientId(client.clientId())
        .clientSecret(client.clientSecret())
        .authMethod(client.method())
        .scope(granted(tokens, requested).toString())
        .requestedScope(requested.toString())
        .subject(identity.subject())
        .name(identity.name())
        .accessToken(tokens.accessToken())
        .tokenType(
            AccessToken.DPOP.equalsIgnoreCase(tokens.tokenType())
                ? AccessToken.DPOP
                : AccessToken.BEARER)
        .expiresAt(StoredLogin.expiry(now, tokens.expiresIn()))
        .obtainedAt(now)
        .refreshToken(tokens.refreshToken())
        .loggedInAt(now)
        .dpopKey(proof.dpopKey())
        .authSession(proof.authSession())
        .pinned(at.settings().isEmpty() ? null : at.settings().values())
        .build();
  }
}

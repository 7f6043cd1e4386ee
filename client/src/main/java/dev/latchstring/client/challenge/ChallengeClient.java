package dev.latchstring.client.challenge;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.discovery.AuthorizationServerLookup;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * docs/challenge-profile.md. Logs people in by challenge, a turn at a time, and keeps nothing
 * between turns: any number of calls share one client, and nothing of one is seen by another.
 *
 * <p>Every method blocks for one exchange with the server (two where a code is redeemed), so call
 * it on a virtual thread. A reply that was lost is asked for again, twice at most and within 30
 * seconds, which costs the person no attempt. All methods throw {@link ClientException} with {@link
 * Problem#NETWORK} where the server cannot be reached (the turn is still good: call again) and
 * {@link Problem#METADATA_INVALID} where it answers what is not of the profile.
 */
public final class ChallengeClient implements AutoCloseable {
  private final Turns turns;
  private final @Nullable JWK instanceKey;
  private final InstantSource clock;
  private final SecureRandom random;
  private final @Nullable Http owned;

  private ChallengeClient(
      AuthorizationServerMetadata server,
      ClientIdentity client,
      ClientRequests requests,
      InstantSource clock,
      SecureRandom random,
      ChallengeEndpoint.Sleep sleep,
      @Nullable Http owned) {
    String issuer = String.valueOf(server.issuer());
    String endpoint = server.authorizationChallengeEndpoint();
    if (endpoint == null || server.tokenEndpoint() == null) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          "the authorization server " + issuer + " offers no login by challenge",
          "ask its operator for authorization_challenge_endpoint, which is there only where a"
              + " client is first_party");
    }
    if (client.issuer() != null && !client.issuer().equals(issuer)) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the configured client belongs to " + client.issuer() + ", not to " + issuer,
          "configure a client that is registered there; credentials are never sent elsewhere");
    }
    ClientAuthentication authentication =
        ClientAuthentication.of(client.at(issuer), server.tokenEndpointAuthMethodsSupported());
    Trust trust = Trust.of(URI.create(issuer));
    this.turns =
        new Turns(
            new ChallengeEndpoint(
                trust.require("authorization_challenge_endpoint", endpoint),
                authentication,
                requests,
                clock,
                sleep),
            new Redemption(server, trust, authentication, requests, clock),
            server.authorizationEndpoint(),
            authentication.clientId(),
            random);
    this.instanceKey = client.instanceKey();
    this.clock = clock;
    this.random = random;
    this.owned = owned;
  }

  /**
   * A client of an authorization server, with an HTTP client of its own.
   *
   * @param server its metadata, such as {@code Discovered.authorizationServer()}; must name {@code
   *     authorization_challenge_endpoint} and {@code token_endpoint}
   * @throws ClientException {@link Problem#NO_USABLE_LOGIN} where it names none; {@link
   *     Problem#CLIENT_REFUSED} where the identity belongs to another issuer
   */
  public static ChallengeClient of(AuthorizationServerMetadata server, ClientIdentity client) {
    Http http = new Http();
    return new ChallengeClient(
        server,
        client,
        new ClientRequests(http),
        InstantSource.system(),
        new SecureRandom(),
        Thread::sleep,
        http);
  }

  /**
   * The same, whose metadata is looked up (RFC 8414).
   *
   * @throws ClientException as {@link #of}; {@link Problem#METADATA_MISSING}, {@link
   *     Problem#METADATA_INVALID}, {@link Problem#NETWORK}
   */
  public static ChallengeClient discover(URI issuer, ClientIdentity client) {
    try (Http http = new Http()) {
      return of(
          new AuthorizationServerLookup(http).require(issuer.toString(), Trust.of(issuer)), client);
    }
  }

  /** On an HTTP client that others use too, which {@link #close} leaves open. */
  public static ChallengeClient sharing(
      ClientRequests requests,
      AuthorizationServerMetadata server,
      ClientIdentity client,
      InstantSource clock,
      SecureRandom random) {
    return new ChallengeClient(server, client, requests, clock, random, Thread::sleep, null);
  }

  /** A key for one call; or the installation's own where the identity has one. */
  public DpopProofs newKey() {
    JWK own = instanceKey;
    return new DpopProofs(own == null ? DpopProofs.newKey(random) : own, clock, random);
  }

  /** {@link #begin(ChallengeRequest, DpopProofs)} with a {@link #newKey}. */
  public ChallengeTurn begin(ChallengeRequest request) {
    return begin(request, newKey());
  }

  /**
   * Begins.
   *
   * @param key binds session, code and tokens; the same as before where the request carries an
   *     {@code authSession}
   */
  public ChallengeTurn begin(ChallengeRequest request, DpopProofs key) {
    return turns.begin(request, key);
  }

  /**
   * Answers. Values that lack what is required, or are too long, are not sent: the same step comes
   * back with {@link Step.Reason#NOT_UNDERSTOOD}. An approval is asked after with {@link
   * Answer#goOn}, every {@link Step#interval}.
   *
   * @throws IllegalArgumentException where a value is for no property of the step, or the step to
   *     switch to is no alternative of it
   */
  public ChallengeTurn answer(ChallengeTurn.Asked turn, Answer answer) {
    return turns.answer(turn, answer);
  }

  /** Sends again what the server could not do when it was busy. Waits for nothing itself. */
  public ChallengeTurn again(ChallengeTurn.Busy turn) {
    return turns.send(turn.state());
  }

  /**
   * Lets a login go on in a browser that can come back: begins it again with what was proven, where
   * the request that began it named no place to come back to.
   *
   * @param redirectUri registered for the client
   */
  public ChallengeTurn inBrowser(ChallengeTurn.ToWeb turn, URI redirectUri) {
    ChallengeState.Facts facts = turn.state().facts();
    return turns.begin(
        facts.request().withRedirectUri(redirectUri).withAuthSession(facts.authSession()),
        facts.key());
  }

  /**
   * Ends a login that went on in a browser.
   *
   * @param code of the authorization response, whose {@code state} and {@code iss} the caller has
   *     compared with {@link ChallengeTurn.ToWeb#stateParameter} and the issuer
   */
  public ChallengeTurn finish(ChallengeTurn.ToWeb turn, String code) {
    return turns.finish(turn.state(), code);
  }

  /**
   * RFC 9470. More than was proven is needed: begins with what the resource server's refusal names,
   * the same key and the login's session, so that only what is missing is asked.
   */
  public ChallengeTurn stepUp(ChallengeTurn.Done turn, List<Challenge> challenges) {
    ChallengeTokens tokens = turn.tokens();
    ChallengeState.Facts facts = tokens.state().facts();
    Scope granted = tokens.accessToken().scope();
    return begin(
        ChallengeRequest.of(facts.request().resource(), granted)
            .withSettings(facts.request().settings())
            .withUiLocales(facts.request().uiLocales())
            .withRedirectUri(facts.request().redirectUri())
            .withAuthSession(tokens.authSession())
            .withChallenges(challenges),
        facts.key());
  }

  /**
   * New tokens. Where the server wants the person again ({@code insufficient_authorization}) it
   * begins with the session: then the first step comes back, and the old refresh token stays good.
   */
  public ChallengeTurn refresh(ChallengeTurn.Done turn) {
    return turns.refresh(turn.tokens());
  }

  /** RFC 7009. Revokes the tokens when the conversation is over. Never throws. */
  public LogoutResult revoke(ChallengeTurn.Done turn) {
    return turns.revoke(turn.tokens());
  }

  /** Closes the HTTP client. Turns that are under way end with a network problem. */
  @Override
  public void close() {
    if (owned != null) {
      owned.close();
    }
  }
}

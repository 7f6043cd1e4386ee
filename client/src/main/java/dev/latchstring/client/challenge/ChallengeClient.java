package dev.latchstring.client.challenge;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.List;

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
  private ChallengeClient() {}

  /**
   * A client of an authorization server.
   *
   * @param server its metadata, such as {@code Discovered.authorizationServer()}; must name {@code
   *     authorization_challenge_endpoint} and {@code token_endpoint}
   * @throws ClientException {@link Problem#NO_USABLE_LOGIN} where it names none; {@link
   *     Problem#CLIENT_REFUSED} where the identity belongs to another issuer
   */
  public static ChallengeClient of(AuthorizationServerMetadata server, ClientIdentity client) {
    return notYet();
  }

  /**
   * The same, whose metadata is looked up (RFC 8414).
   *
   * @throws ClientException as {@link #of}; {@link Problem#METADATA_MISSING}
   */
  public static ChallengeClient discover(URI issuer, ClientIdentity client) {
    return notYet();
  }

  /** A key for one call; or the installation's own where the identity has one. */
  public DpopProofs newKey() {
    return notYet();
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
    return notYet();
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
    return notYet();
  }

  /** Sends again what the server could not do when it was busy. Waits for nothing itself. */
  public ChallengeTurn again(ChallengeTurn.Busy turn) {
    return notYet();
  }

  /**
   * Ends a login that went on in a browser.
   *
   * @param code of the authorization response, whose {@code state} and {@code iss} the caller has
   *     compared with {@link ChallengeTurn.ToWeb#stateParameter} and the issuer
   */
  public ChallengeTurn finish(ChallengeTurn.ToWeb turn, String code) {
    return notYet();
  }

  /**
   * RFC 9470. More than was proven is needed: begins with what the resource server's refusal names,
   * the same key and the login's session, so that only what is missing is asked.
   */
  public ChallengeTurn stepUp(ChallengeTurn.Done turn, List<Challenge> challenges) {
    return notYet();
  }

  /**
   * New tokens. Where the server wants the person again ({@code insufficient_authorization}) it
   * begins with the session: then the first step comes back, and the old refresh token stays good.
   */
  public ChallengeTurn refresh(ChallengeTurn.Done turn) {
    return notYet();
  }

  /** RFC 7009. Revokes the tokens when the conversation is over. Never throws. */
  public LogoutResult revoke(ChallengeTurn.Done turn) {
    return notYet();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T> T notYet() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Closes the HTTP client. Turns that are under way end with a network problem. */
  @Override
  public void close() {}
}

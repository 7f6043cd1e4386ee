package dev.latchstring.client.challenge;

import dev.latchstring.oauth.dpop.DpopProofs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a login by challenge has to remember from turn to turn: the session, the code verifier and
 * the key. It is opaque, immutable, and shows nothing.
 */
public final class ChallengeState {
  private final ChallengeRequest request;
  private final DpopProofs key;
  private final String verifier;
  private final String stateParameter;
  private final @Nullable String authSession;
  private final Map<String, String> pending;
  private final boolean restarted;
  private final int misread;

  ChallengeState(
      ChallengeRequest request,
      DpopProofs key,
      String verifier,
      String stateParameter,
      @Nullable String authSession,
      Map<String, String> pending,
      boolean restarted,
      int misread) {
    this.request = request;
    this.key = key;
    this.verifier = verifier;
    this.stateParameter = stateParameter;
    this.authSession = authSession;
    this.pending = pending;
    this.restarted = restarted;
    this.misread = misread;
  }

  ChallengeRequest request() {
    return request;
  }

  DpopProofs key() {
    return key;
  }

  String verifier() {
    return verifier;
  }

  String stateParameter() {
    return stateParameter;
  }

  @Nullable String authSession() {
    return authSession;
  }

  /** The parameters of the request that was sent last, for sending it again. */
  Map<String, String> pending() {
    return pending;
  }

  /** Whether the login began again already, because its session was lost. */
  boolean restarted() {
    return restarted;
  }

  /** How many answers one after the other the server called malformed. */
  int misread() {
    return misread;
  }

  ChallengeState withAuthSession(@Nullable String replacement) {
    return replacement == null
        ? this
        : new ChallengeState(
            request, key, verifier, stateParameter, replacement, pending, restarted, misread);
  }

  ChallengeState withPending(Map<String, String> parameters) {
    return new ChallengeState(
        request, key, verifier, stateParameter, authSession, parameters, restarted, misread);
  }

  ChallengeState withMisread(int times) {
    return new ChallengeState(
        request, key, verifier, stateParameter, authSession, pending, restarted, times);
  }

  /** Without anything. */
  @Override
  public String toString() {
    return "ChallengeState[]";
  }
}

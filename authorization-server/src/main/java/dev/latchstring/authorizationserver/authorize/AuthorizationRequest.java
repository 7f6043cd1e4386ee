package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1.1. An authorization request, after every check that needs no person.
 *
 * @param redirectUri where the answer goes
 * @param redirectUriSent whether the request named it, so that the token request must, too
 * @param state sent back as it came, at most {@value #MAX_STATE} characters when encoded
 * @param scopes what is asked for; see {@link #scope}
 * @param resource RFC 8707
 * @param codeChallenge RFC 7636 §4.2, S256
 * @param nonce OpenID Connect Core §3.1.2.1, at most {@value #MAX_NONCE} characters
 * @param keyThumbprint RFC 9449 §10: the key that the tokens are to be bound to
 * @param prompt OpenID Connect Core §3.1.2.1
 * @param maxAge OpenID Connect Core §3.1.2.1: in seconds
 * @param acr RFC 9470 §5: what the sign-in must have been and is; null where nothing was asked
 * @param loginHint OpenID Connect Core §3.1.2.1: who is expected to sign in
 * @param claims OpenID Connect Core §5.5: what is asked for beside what the scopes give
 * @param subjects OpenID Connect Core §3.1.2.2: who alone may be the person; empty for anybody
 * @param context {@code mcp_context}: what the client states of its model session
 */
public record AuthorizationRequest(
    String clientId,
    String redirectUri,
    boolean redirectUriSent,
    @Nullable String state,
    String scopes,
    String resource,
    String codeChallenge,
    @Nullable String nonce,
    @Nullable String keyThumbprint,
    List<Prompt> prompt,
    @Nullable Long maxAge,
    @Nullable String acr,
    @Nullable String loginHint,
    RequestedClaims claims,
    List<String> subjects,
    @Nullable McpContext context) {
  /** The most characters of {@code state}, encoded. */
  static final int MAX_STATE = 4096;

  /** The most characters of {@code nonce}. */
  static final int MAX_NONCE = 512;

  public AuthorizationRequest {
    prompt = List.copyOf(prompt);
    // A request that waits while the server is brought up to date has neither.
    claims = Objects.requireNonNullElse(claims, RequestedClaims.NONE);
    subjects = List.copyOf(Objects.requireNonNullElse(subjects, List.of()));
  }

  /** What the client wants the person to be asked, or not. */
  public enum Prompt {
    NONE,
    LOGIN,
    CONSENT,
    SELECT_ACCOUNT
  }

  /** What is asked for. */
  public Scope scope() {
    return Scope.parse(scopes);
  }

  /**
   * The same, to be answered by a redirect after a sign-in in a browser.
   *
   * @param recipient where to
   */
  public AuthorizationRequest answeredTo(Recipient recipient) {
    return new AuthorizationRequest(
        clientId,
        recipient.redirectUri(),
        recipient.redirectUriSent(),
        recipient.state(),
        scopes,
        resource,
        codeChallenge,
        nonce,
        keyThumbprint,
        prompt,
        maxAge,
        AuthorizationRequestRules.inBrowser(acr),
        loginHint,
        claims,
        subjects,
        context);
  }

  /** RFC 9449 §10.1: the same, for the holder of this key alone. */
  public AuthorizationRequest boundTo(String keyThumbprint) {
    return new AuthorizationRequest(
        clientId,
        redirectUri,
        redirectUriSent,
        state,
        scopes,
        resource,
        codeChallenge,
        nonce,
        keyThumbprint,
        prompt,
        maxAge,
        acr,
        loginHint,
        claims,
        subjects,
        context);
  }

  public boolean asks(Prompt what) {
    return prompt.contains(what);
  }

  /** Whether the client would take this person. */
  boolean isFor(String subject) {
    return subjects.isEmpty() || subjects.contains(subject);
  }

  /** Where its answer goes, and with what state. */
  Recipient recipient() {
    return new Recipient(clientId, redirectUri, redirectUriSent, state);
  }

  /** Client and resource alone: state and nonce are between others. */
  @Override
  public String toString() {
    return "AuthorizationRequest[clientId=" + clientId + ", resource=" + resource + "]";
  }
}

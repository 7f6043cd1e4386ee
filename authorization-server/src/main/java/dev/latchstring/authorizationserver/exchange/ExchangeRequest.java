package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.identity.CallIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §2.1. A request to exchange a token.
 *
 * @param requestedType {@code requested_token_type}; an access token where none is named
 * @param resource canonical, or null; one at most
 * @param audience {@code audience}, or null; one at most
 * @param scope null where none is asked for
 * @param actorToken null where the client acts for itself
 * @param callDigest {@code call_digest}: the call that an identity assertion is for, or null
 */
public record ExchangeRequest(
    String subjectToken,
    String subjectType,
    String requestedType,
    @Nullable String resource,
    @Nullable String audience,
    @Nullable Scope scope,
    @Nullable String actorToken,
    @Nullable String actorType,
    @Nullable String callDigest) {

  /**
   * @throws OAuthException {@code invalid_request} where something is missing or does not go
   *     together, {@code invalid_target} for more than one resource
   */
  public static ExchangeRequest of(FormParameters form) {
    String actorToken = form.optional("actor_token");
    String actorType = form.optional("actor_token_type");
    if ((actorToken == null) != (actorType == null)) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "actor_token and actor_token_type come together");
    }
    List<String> resources = form.all("resource");
    if (resources.size() > 1) {
      throw new OAuthException(
          ErrorCode.INVALID_TARGET, "ask for a token for one resource at a time");
    }
    String requested = form.optional("requested_token_type");
    String scope = form.optional("scope");
    return new ExchangeRequest(
        form.required("subject_token"),
        form.required("subject_token_type"),
        requested == null ? TokenType.ACCESS_TOKEN : requested,
        resources.isEmpty() ? null : HttpsUri.requireResource(resources.getFirst()).toString(),
        form.optional("audience"),
        scope == null ? null : Scope.parse(scope),
        actorToken,
        actorType,
        form.optional(CallIdentity.DIGEST_CLAIM));
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "ExchangeRequest[" + subjectType + " for " + requestedType + "]";
  }
}

package dev.latchstring.client.challenge;

import dev.latchstring.oauth.FormParameters;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.2.2.1.1, "Redirect to Web": what to open in a browser.
 * With the server's {@code request_uri} it is the authorization that began (RFC 9126 §4); without
 * one it is a new request for the same, with the same verifier and key.
 */
final class BrowserRequest {
  private BrowserRequest() {}

  /** Null where nothing can be opened: no endpoint, or nowhere to come back to. */
  static @Nullable URI of(
      @Nullable String authorizationEndpoint,
      String clientId,
      @Nullable String requestUri,
      ChallengeState.Facts facts) {
    if (authorizationEndpoint == null
        || (requestUri == null && facts.request().redirectUri() == null)) {
      return null;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("client_id", clientId);
    if (requestUri == null) {
      parameters.putAll(facts.request().parameters(facts.verifier(), facts.stateParameter()));
      parameters.put("dpop_jkt", facts.key().keyThumbprint());
    } else {
      parameters.put("request_uri", requestUri);
    }
    return URI.create(
        authorizationEndpoint
            + (authorizationEndpoint.contains("?") ? "&" : "?")
            + FormParameters.encode(parameters));
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.message.PushedAuthorizationResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9126 and RFC 6749 §4.1.1. The address that a browser is sent to with a request: pushed where
 * the server takes that, so that what is asked for is in nobody's history and a refusal is known
 * before anybody is bothered; else in the address itself.
 */
record RequestAddress(LoginContext context, TokenBinding binding) {
  private static final int MAX_REQUEST_URI = 2048;

  /**
   * @param identity who asks
   */
  record Made(URI address, ClientIdentity identity) {
    /** Without the address. */
    @Override
    public String toString() {
      return "Made[" + identity + "]";
    }
  }

  /**
   * @throws ClientException {@link Problem#REFUSED}, {@link Problem#CLIENT_REFUSED} where the
   *     server refuses what was pushed; what registering throws
   */
  Made make(CodeRequest request) {
    Registration registration = context.registration();
    URI redirectUri = URI.create(String.valueOf(request.parameters().get("redirect_uri")));
    ClientIdentity identity = registration.obtain(at(), redirectUri);
    String endpoint = at().authorizationServer().pushedRequestEndpoint();
    if (endpoint == null) {
      if (at().authorizationServer().requiresPushedRequests()) {
        throw new ClientException(
            Problem.METADATA_INVALID,
            at().issuer() + " requires pushed requests and names no endpoint for them (RFC 9126)",
            "ask its operator for pushed_authorization_request_endpoint");
      }
      return plain(request, identity);
    }
    Answer<PushedAuthorizationResponse> answer;
    try {
      answer = push(endpoint, request, identity);
      if (answer instanceof Answer.Refused<PushedAuthorizationResponse> refused
          && refused.is(ErrorCode.INVALID_CLIENT)
          && registration.configured(at().settings()) == null) {
        identity = registration.renew(at(), identity, redirectUri);
        answer = push(endpoint, request, identity);
      }
    } catch (ClientException e) {
      if (e.problem() != Problem.METADATA_INVALID || isRequired()) {
        throw e;
      }
      return plain(request, identity); // what stands at that address does not speak RFC 9126
    }
    return switch (answer) {
      case Answer.Granted<PushedAuthorizationResponse>(PushedAuthorizationResponse pushed) ->
          pushed(identity, pushed.requestUri());
      case Answer.Refused<PushedAuthorizationResponse> refused -> {
        if (!isRequired() && refused.is(ErrorCode.UNAUTHORIZED_CLIENT)) {
          yield plain(request, identity); // this client may not push, and need not
        }
        throw refused(refused);
      }
    };
  }

  private Answer<PushedAuthorizationResponse> push(
      String endpoint, CodeRequest request, ClientIdentity identity) {
    URI place = Trust.of(at().server()).require("pushed_authorization_request_endpoint", endpoint);
    ClientAuthentication client =
        ClientAuthentication.of(
            identity, at().authorizationServer().tokenEndpointAuthMethodsSupported());
    Map<String, String> form = new LinkedHashMap<>(request.parameters());
    form.put("client_id", identity.clientId());
    return Answer.read(
        "pushed authorization request endpoint",
        context.requests().post(place, client, binding.proofs(), form),
        PushedAuthorizationResponse.class);
  }

  private Made pushed(ClientIdentity identity, @Nullable String requestUri) {
    if (requestUri == null
        || requestUri.isEmpty()
        || requestUri.length() > MAX_REQUEST_URI
        || !requestUri.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the pushed authorization request endpoint answered without a usable request_uri"
              + " (RFC 9126 section 2.2)",
          "ask the authorization server's operator to correct it");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("client_id", identity.clientId());
    parameters.put("request_uri", requestUri);
    return new Made(address(parameters), identity);
  }

  private Made plain(CodeRequest request, ClientIdentity identity) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("client_id", identity.clientId());
    parameters.putAll(request.parameters());
    return new Made(address(parameters), identity);
  }

  private URI address(Map<String, String> parameters) {
    return URI.create(
        FormParameters.appended(
            String.valueOf(at().authorizationServer().authorizationEndpoint()), parameters));
  }

  private ClientException refused(Answer.Refused<PushedAuthorizationResponse> refused) {
    boolean client =
        refused.is(ErrorCode.INVALID_CLIENT) || refused.is(ErrorCode.UNAUTHORIZED_CLIENT);
    return refused.as(
        client ? Problem.CLIENT_REFUSED : Problem.REFUSED,
        "the login could not be started",
        client
            ? "this client may not log in with a browser there; register one that may, with the"
                + " redirect URI http://127.0.0.1/callback"
            : RefusalHint.of(refused.error(), refused.description(), null));
  }

  private boolean isRequired() {
    return at().authorizationServer().requiresPushedRequests();
  }

  private Discovered at() {
    return context.at();
  }
}

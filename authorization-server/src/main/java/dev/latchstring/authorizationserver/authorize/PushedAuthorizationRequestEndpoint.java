package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.PushedAuthorizationResponse;
import java.io.IOException;

/**
 * RFC 9126 §2. A client sends its request ahead, out of the browser's reach, and gets a name for
 * it. Everything is checked here that would be checked at the authorization endpoint.
 */
public final class PushedAuthorizationRequestEndpoint implements Endpoint {
  private final String path;
  private final ClientAuthentication authentication;
  private final KeyProofs proofs;
  private final AuthorizationRequestRules rules;
  private final AuthorizationRequestStore requests;
  private final AddressLimit limit;

  /**
   * @param path where it is, below the issuer
   * @param limit how often one address may ask for clients that do not authenticate
   */
  public PushedAuthorizationRequestEndpoint(
      String path,
      ClientAuthentication authentication,
      KeyProofs proofs,
      AuthorizationRequestRules rules,
      AuthorizationRequestStore requests,
      AddressLimit limit) {
    this.path = path;
    this.proofs = proofs;
    this.authentication = authentication;
    this.rules = rules;
    this.requests = requests;
    this.limit = limit;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    RegisteredClient client = authentication.authenticate(exchange, form);
    exchange.checks().begin("authorization_request");
    exchange.checks().note("scope_asked", form.optional("scope"));
    if (form.optional(PushedRequests.REQUEST_URI) != null) {
      throw invalid(
          "request_uri is what this endpoint gives; it takes none (RFC 9126 section 2.1)");
    }
    String named = form.optional("client_id");
    if (named != null && !named.equals(client.clientId())) {
      throw invalid("client_id is not the client that authenticated");
    }
    AuthorizationRequest request =
        bound(exchange, rules.read(client, rules.recipient(client, form), form));
    if (client.isPublic()) {
      exchange.checks().begin("address_limit");
      limit.count(AttemptKey.Kind.AUTHORIZATION_REQUEST_ADDRESS, exchange.clientAddress());
    }
    exchange.answerLater(
        requests.pushLater(request), name -> exchange.answer(201, Json.bytes(response(name))));
  }

  private static PushedAuthorizationResponse response(String name) {
    return new PushedAuthorizationResponse(
        PushedRequests.URN + name, AuthorizationRequestStore.PUSHED.toSeconds());
  }

  /** RFC 9449 §10.1: a proof that comes with the request names the key, as dpop_jkt does. */
  private AuthorizationRequest bound(Exchange exchange, AuthorizationRequest request) {
    String key = proofs.keyThumbprint(exchange, path);
    if (key == null) {
      return request;
    }
    if (request.keyThumbprint() != null && !request.keyThumbprint().equals(key)) {
      throw new OAuthException(
          ErrorCode.INVALID_DPOP_PROOF, "the DPoP proof is of another key than dpop_jkt");
    }
    return request.boundTo(key);
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

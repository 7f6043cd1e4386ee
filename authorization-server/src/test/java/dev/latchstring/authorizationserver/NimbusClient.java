package dev.latchstring.authorizationserver;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import java.net.URI;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;

/** Token requests by Nimbus' {@code oauth2-oidc-sdk}, and what it understands of the answers. */
record NimbusClient(RunningServer server) {
  /** One attempt; returns what came of it. */
  interface Attempt {
    String outcome() throws Exception;
  }

  /** An attempt as a test of its own. */
  static DynamicTest row(String what, String expected, Attempt attempt) {
    return DynamicTest.dynamicTest(
        what + " → " + expected, () -> assertThat(attempt.outcome()).isEqualTo(expected));
  }

  static ClientAuthentication basic(String client, String secret) {
    return new ClientSecretBasic(new ClientID(client), new Secret(secret));
  }

  private URI endpoint() {
    return URI.create(server.issuer() + "/token");
  }

  TokenRequest.Builder request(ClientAuthentication authentication, AuthorizationGrant grant) {
    return new TokenRequest.Builder(endpoint(), authentication, grant);
  }

  String ask(ClientAuthentication client, AuthorizationGrant grant) throws Exception {
    return ask(client, grant, with -> with.resource(URI.create(CLINIC)));
  }

  String ask(
      ClientAuthentication client, AuthorizationGrant grant, Consumer<TokenRequest.Builder> more)
      throws Exception {
    TokenRequest.Builder request = request(client, grant);
    more.accept(request);
    return send(request.build().toHTTPRequest());
  }

  String ask(ClientID client, AuthorizationGrant grant) throws Exception {
    return ask(client, grant, with -> {});
  }

  String ask(ClientID client, AuthorizationGrant grant, Consumer<TokenRequest.Builder> more)
      throws Exception {
    TokenRequest.Builder request = new TokenRequest.Builder(endpoint(), client, grant);
    more.accept(request);
    return send(request.build().toHTTPRequest());
  }

  /** The status, and the error where there is one. */
  static String send(HTTPRequest request) throws Exception {
    TokenResponse response = TokenResponse.parse(request.send());
    if (response.indicatesSuccess()) {
      return "200";
    }
    ErrorObject error = response.toErrorResponse().getErrorObject();
    return error.getHTTPStatusCode() + " " + error.getCode();
  }
}

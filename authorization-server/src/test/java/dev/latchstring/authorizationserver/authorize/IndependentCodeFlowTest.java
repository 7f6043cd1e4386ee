package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** A client library that shares no code with the server registers, pushes, asks and redeems. */
@OnEveryDatabase
class IndependentCodeFlowTest {
  private static final URI CALLBACK = URI.create("https://web.example/callback");

  private static RunningServer server;
  private static AuthorizationServerMetadata metadata;
  private static ClientInformation client;

  private final CodeVerifier verifier = new CodeVerifier();
  private final State state = new State();

  IndependentCodeFlowTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    server = RunningServer.start(kind, CodeFlow.YAML);
    metadata = AuthorizationServerMetadata.resolve(new Issuer(server.issuer()));
    ClientMetadata asked = new ClientMetadata();
    asked.setName("Nimbus");
    asked.setRedirectionURI(CALLBACK);
    asked.setResponseTypes(java.util.Set.of(ResponseType.CODE));
    asked.setGrantTypes(
        java.util.Set.of(
            com.nimbusds.oauth2.sdk.GrantType.AUTHORIZATION_CODE,
            com.nimbusds.oauth2.sdk.GrantType.REFRESH_TOKEN));
    client =
        ClientRegistrationResponse.parse(
                new ClientRegistrationRequest(metadata.getRegistrationEndpointURI(), asked, null)
                    .toHTTPRequest()
                    .send())
            .toSuccessResponse()
            .getClientInformation();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private AuthorizationRequest.Builder request() {
    return new AuthorizationRequest.Builder(ResponseType.CODE, client.getID())
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .redirectionURI(CALLBACK)
        .scope(new Scope("clinic:read"))
        .state(state)
        .codeChallenge(verifier, CodeChallengeMethod.S256)
        .resource(URI.create(CLINIC));
  }

  private AuthorizationResponse answer(URI request, String decision) throws Exception {
    CodeFlow browser = new CodeFlow(server);
    CodeFlow.Seen page = browser.signIn(browser.authorizeRaw(request.getRawQuery()));
    if (page.title().equals("Allow or deny?")) {
      page = browser.submit(page, "decision", decision);
    }
    AuthorizationResponse response = AuthorizationResponse.parse(URI.create(page.leadsTo()));
    assertThat(response.getIssuer()).isEqualTo(metadata.getIssuer());
    assertThat(response.getState()).isEqualTo(state);
    assertThat(response.getRedirectionURI()).isEqualTo(CALLBACK);
    return response;
  }

  private TokenResponse redeem(AuthorizationResponse response, CodeVerifier with) throws Exception {
    AuthorizationSuccessResponse success = response.toSuccessResponse();
    return TokenResponse.parse(
        new TokenRequest.Builder(
                metadata.getTokenEndpointURI(),
                new ClientSecretBasic(client.getID(), client.getSecret()),
                new AuthorizationCodeGrant(success.getAuthorizationCode(), CALLBACK, with))
            .resource(URI.create(CLINIC))
            .build()
            .toHTTPRequest()
            .send());
  }

  @Test
  void the_metadata_promises_what_a_client_of_this_flow_looks_for() {
    assertThat(metadata.supportsAuthorizationResponseIssuerParam()).isTrue();
    assertThat(metadata.getCodeChallengeMethods()).containsExactly(CodeChallengeMethod.S256);
    assertThat(metadata.getResponseTypes()).isEqualTo(List.of(ResponseType.CODE));
    assertThat(metadata.requiresPushedAuthorizationRequests()).isFalse();
  }

  @Test
  void a_code_is_asked_for_and_redeemed() throws Exception {
    TokenResponse tokens = redeem(answer(request().build().toURI(), "allow"), verifier);

    Tokens got = tokens.toSuccessResponse().getTokens();
    assertThat(got.getAccessToken().getScope()).isEqualTo(new Scope("clinic:read"));
    assertThat(got.getRefreshToken()).isNotNull();
  }

  @Test
  void a_request_is_pushed_first() throws Exception {
    PushedAuthorizationResponse pushed =
        PushedAuthorizationResponse.parse(
            new PushedAuthorizationRequest(
                    metadata.getPushedAuthorizationRequestEndpointURI(),
                    new ClientSecretBasic(client.getID(), client.getSecret()),
                    request().endpointURI(null).build())
                .toHTTPRequest()
                .send());
    URI byName =
        new AuthorizationRequest.Builder(pushed.toSuccessResponse().getRequestURI(), client.getID())
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .build()
            .toURI();

    assertThat(redeem(answer(byName, "allow"), verifier).indicatesSuccess()).isTrue();
  }

  @Test
  void a_no_and_a_wrong_verifier_are_errors_that_a_client_knows() throws Exception {
    AuthorizationErrorResponse denied =
        answer(
                request()
                    .prompt(com.nimbusds.openid.connect.sdk.Prompt.parse("consent"))
                    .build()
                    .toURI(),
                "deny")
            .toErrorResponse();
    assertThat(denied.getErrorObject()).isEqualTo(OAuth2Error.ACCESS_DENIED);

    TokenResponse wrong = redeem(answer(request().build().toURI(), "allow"), new CodeVerifier());
    assertThat(wrong.toErrorResponse().getErrorObject()).isEqualTo(OAuth2Error.INVALID_GRANT);
  }
}

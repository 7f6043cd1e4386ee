package dev.latchstring.authorizationserver;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientInformationResponse;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** A client library that shares no code with the server, through every endpoint that it knows. */
@OnEveryDatabase
class IndependentClientTest {
  private static ECKey key;
  private static RunningServer server;
  private static AuthorizationServerMetadata metadata;

  IndependentClientTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    server =
        RunningServer.start(
            kind,
            RunningServer.CLINIC_YAML.replace(
                "clients:\n",
                "clients:\n  - client_id: signer\n    grant_types: [client_credentials]\n"
                    + "    scope: clinic:read\n    jwks: "
                    + new JWKSet(key.toPublicJWK())
                    + "\n"));
    metadata = AuthorizationServerMetadata.resolve(new Issuer(server.issuer()));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static Tokens tokens(TokenRequest request) throws Exception {
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());
    assertThat(response.indicatesSuccess())
        .as(() -> response.toErrorResponse().getErrorObject().toString())
        .isTrue();
    return response.toSuccessResponse().getTokens();
  }

  private static Tokens clientCredentials(ClientAuthentication authentication) throws Exception {
    return tokens(
        new TokenRequest.Builder(
                metadata.getTokenEndpointURI(), authentication, new ClientCredentialsGrant())
            .scope(new Scope("clinic:read"))
            .resource(URI.create(CLINIC))
            .build());
  }

  @Test
  void client_credentials_with_every_way_to_authenticate() throws Exception {
    assertThat(
            clientCredentials(
                    new ClientSecretBasic(
                        new ClientID("ci-job"), new Secret("ci-job-secret-0123456789")))
                .getAccessToken()
                .getScope())
        .isEqualTo(new Scope("clinic:read"));
    // This library encodes name and secret as RFC 6749 says.
    clientCredentials(
        new ClientSecretBasic(new ClientID("odd client"), new Secret("100%2B sécret+:&=")));
    clientCredentials(
        new ClientSecretPost(new ClientID("poster"), new Secret("poster-secret-0123456789")));
    Date now = Date.from(server.clock().instant());
    clientCredentials(
        new PrivateKeyJWT(
            new JWTAuthenticationClaimsSet(
                new ClientID("signer"),
                List.of(new Audience(server.issuer())),
                Date.from(server.clock().instant().plusSeconds(60)),
                null,
                now,
                new JWTID()),
            JWSAlgorithm.ES256,
            key.toPrivateKey(),
            "k",
            null));
  }

  @Test
  void registration_device_flow_refresh_introspection_and_revocation() throws Exception {
    ClientMetadata asked = new ClientMetadata();
    asked.setName("Independent");
    asked.setGrantTypes(
        Set.of(
            com.nimbusds.oauth2.sdk.GrantType.DEVICE_CODE,
            com.nimbusds.oauth2.sdk.GrantType.REFRESH_TOKEN));
    asked.setTokenEndpointAuthMethod(com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod.NONE);
    ClientRegistrationResponse registered =
        ClientRegistrationResponse.parse(
            new ClientRegistrationRequest(metadata.getRegistrationEndpointURI(), asked, null)
                .toHTTPRequest()
                .send());
    assertThat(registered.indicatesSuccess()).isTrue();
    ClientID client = ((ClientInformationResponse) registered).getClientInformation().getID();

    DeviceAuthorizationResponse begun =
        DeviceAuthorizationResponse.parse(
            new DeviceAuthorizationRequest.Builder(client)
                .endpointURI(metadata.getDeviceAuthorizationEndpointURI())
                .scope(new Scope("clinic:read", "clinic:write"))
                .customParameter("resource", CLINIC)
                .build()
                .toHTTPRequest()
                .send());
    assertThat(begun.indicatesSuccess()).isTrue();
    DeviceAuthorizationSuccessResponse codes = begun.toSuccessResponse();
    DeviceCodeGrant grant = new DeviceCodeGrant(codes.getDeviceCode());
    TokenResponse early = TokenResponse.parse(request(client, grant).toHTTPRequest().send());
    assertThat(((TokenErrorResponse) early).getErrorObject().getCode())
        .isEqualTo("authorization_pending");

    server.decide(
        Json.mapper()
            .valueToTree(
                Map.of(
                    "verification_uri_complete",
                    codes.getVerificationURIComplete().toString(),
                    "user_code",
                    codes.getUserCode().getValue())),
        "alice",
        "correct horse",
        "allow");
    Tokens first = tokens(request(client, grant));
    assertThat(first.getAccessToken().getScope())
        .isEqualTo(new Scope("clinic:read", "clinic:write"));

    Tokens second = tokens(request(client, new RefreshTokenGrant(first.getRefreshToken())));
    assertThat(second.getRefreshToken()).isNotEqualTo(first.getRefreshToken());
    assertThat(isActive(second.getAccessToken())).isTrue();

    revoke(client, second.getRefreshToken());
    assertThat(isActive(second.getAccessToken())).isFalse();
  }

  private static TokenRequest request(ClientID client, AuthorizationGrant grant) {
    return new TokenRequest.Builder(metadata.getTokenEndpointURI(), client, grant).build();
  }

  private static boolean isActive(AccessToken token) throws Exception {
    TokenIntrospectionResponse response =
        TokenIntrospectionResponse.parse(
            new TokenIntrospectionRequest(
                    metadata.getIntrospectionEndpointURI(),
                    new ClientSecretBasic(
                        new ClientID("clinic-server"), new Secret("clinic-server-secret-01234")),
                    token)
                .toHTTPRequest()
                .send());
    return response.toSuccessResponse().isActive();
  }

  private static void revoke(ClientID client, RefreshToken token) throws Exception {
    HTTPResponse response =
        new TokenRevocationRequest(metadata.getRevocationEndpointURI(), client, token)
            .toHTTPRequest()
            .send();
    assertThat(response.getStatusCode()).isEqualTo(200);
  }
}

package dev.latchstring.authorizationserver.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.context.ContextClaims;
import dev.latchstring.authorizationserver.keys.KeyRotation;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import dev.latchstring.oauth.message.ClientMetadata;
import dev.latchstring.oauth.message.TokenResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class TokenIssuerTest extends StoreFixture {
  private static final String ISSUER = "https://as.example";
  private static final String RESOURCE = "https://example.com/mcp";

  private GrantStore grants;
  private OpaqueTokenStore opaqueTokens;
  private RevocationStore revocations;
  private SigningKeys keys;
  private TokenIssuer issuer;

  TokenIssuerTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    Duration lifetime = Duration.ofMinutes(10);
    grants = new GrantStore(database, clock, random, lifetime);
    opaqueTokens = new OpaqueTokenStore(database, clock);
    revocations = new RevocationStore(database);
    keys = SigningKeys.open(database, key, KeyRotation.STANDARD, clock, random);
    issuer =
        new TokenIssuer(
            ISSUER,
            database,
            keys,
            new RefreshTokenStore(
                database, clock, random, key, grants, Duration.ofDays(30), lifetime),
            opaqueTokens,
            new SignedTokens(),
            new IdTokens(
                ISSUER,
                keys,
                new AccountStore(database, clock, random, new PasswordHash(random))::profile,
                clock),
            new ContextClaims(List.of()),
            clock,
            random,
            lifetime);
  }

  private TokenResponse issue(Authorization authorization) {
    ClientMetadata metadata =
        Json.convert(
            Json.readTree("{\"token_endpoint_auth_method\":\"none\"}"), ClientMetadata.class);
    return issuer.issue(
        authorization,
        new RegisteredClient(
            authorization.clientId(), null, metadata, clock.instant(), Origin.CONFIGURED));
  }

  private Authorization ofPerson(AccessTokenFormat format, Consumption consumption) {
    return Authorization.of(
            "subject \"with\" \\ é\u0001", "cli", Scope.of("a", "b"), RESOURCE, format)
        .underGrant("grant")
        .refreshable(true)
        .signedIn(clock.instant(), "urn:acr", List.of("pwd"))
        .named("alice \"é\"")
        .inTeams(List.of("front-desk", "night \"shift\""))
        .consuming(consumption);
  }

  private Consumption creatingTheGrant() {
    Instant now = clock.instant();
    return handle -> {
      grants.create(
          handle,
          new GivenGrant(
              "grant", "s", "cli", Scope.of("a"), RESOURCE, now, null, List.of(), now, null, null));
      return new Consumption.Outcome.Consumed();
    };
  }

  private AccessTokenClaims verified(String jwt) throws Exception {
    JWKSet jwks = JWKSet.parse(new String(keys.jwks(), StandardCharsets.UTF_8));
    return AccessTokenClaims.of(
        new JwtVerification(
                Set.of("at+jwt"), Set.of("ES256"), ISSUER, Set.of(RESOURCE), clock, Duration.ZERO)
            .verify(jwt, kid -> List.of(jwks.getKeyByKeyId(kid))));
  }

  @Test
  void a_clients_jwt_verifies_and_leaves_no_row() throws Exception {
    TokenResponse response =
        issue(Authorization.ofClient("ci", Scope.of("a"), RESOURCE, AccessTokenFormat.JWT));

    AccessTokenClaims claims = verified(response.accessToken());
    assertThat(claims.subject()).isEqualTo("ci");
    assertThat(claims.clientId()).isEqualTo("ci");
    assertThat(claims.scope()).isEqualTo(Scope.of("a"));
    assertThat(claims.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
    assertThat(claims.jwtId()).hasSizeGreaterThanOrEqualTo(22);
    assertThat(claims.authenticationTime()).isNull();
    assertThat(response.expiresIn()).isEqualTo(600);
    assertThat(response.refreshToken()).isNull();
    for (String table : List.of("opaque_token", "authorization_grant")) {
      assertThat(rows(table)).isZero();
    }
  }

  @Test
  void a_persons_jwt_says_everything_whatever_characters_it_has() throws Exception {
    Authorization authorization = ofPerson(AccessTokenFormat.JWT, creatingTheGrant());

    TokenResponse response = issue(authorization);

    AccessTokenClaims claims = verified(response.accessToken());
    assertThat(claims.subject()).isEqualTo(authorization.subject());
    assertThat(claims.teams()).isEqualTo(authorization.teams());
    assertThat(claims.scope()).isEqualTo(authorization.scope());
    assertThat(claims.grantId()).isEqualTo("grant");
    assertThat(claims.acr()).isEqualTo("urn:acr");
    assertThat(claims.amr()).containsExactly("pwd");
    assertThat(claims.preferredUsername()).isEqualTo("alice \"é\"");
    assertThat(claims.authenticationTime()).isEqualTo(authorization.authenticationTime());
    assertThat(response.refreshToken()).matches("grant[A-Za-z0-9_-]{65}");
  }

  @Test
  void an_opaque_token_is_found_until_it_expires() {
    TokenResponse response = issue(ofPerson(AccessTokenFormat.OPAQUE, creatingTheGrant()));

    assertThat(response.accessToken()).hasSize(43);
    AccessTokenClaims claims = opaqueTokens.find(response.accessToken()).orElseThrow();
    assertThat(claims.teams()).containsExactly("front-desk", "night \"shift\"");
    assertThat(claims.audience()).containsExactly(RESOURCE);
    assertThat(dump("opaque_token")).doesNotContain(response.accessToken());
    clock.advance(Duration.ofMinutes(10));
    assertThat(opaqueTokens.find(response.accessToken())).isEmpty();
  }

  @Test
  void a_refusal_that_is_returned_keeps_what_it_wrote_and_issues_nothing() {
    grantExists();
    OAuthException refusal = new OAuthException(ErrorCode.INVALID_GRANT, "used before");

    assertThatThrownBy(() ->
            issue(
                ofPerson(
                    AccessTokenFormat.OPAQUE,
                    handle -> {
                      grants.revoke(handle, "grant");
                      return new Consumption.Outcome.Refused(refusal);
                    })))
        .isSameAs(refusal);
    assertThat(grants.find("grant").orElseThrow().isRevoked()).isTrue();
    assertThat(rows("opaque_token")).isZero();
    assertThat(dump("authorization_grant")).contains("refresh_hash=null");
  }

  @Test
  void a_refusal_that_is_thrown_leaves_nothing() {
    grantExists();
    OAuthException refusal = new OAuthException(ErrorCode.INVALID_GRANT, "no");

    assertThatThrownBy(() ->
            issue(
                ofPerson(
                    AccessTokenFormat.JWT,
                    handle -> {
                      grants.revoke(handle, "grant");
                      throw refusal;
                    })))
        .isSameAs(refusal);
    assertThat(grants.find("grant").orElseThrow().isRevoked()).isFalse();
  }

  private void grantExists() {
    database.write(handle -> creatingTheGrant().consume(handle));
  }

  @Test
  void a_token_is_revoked_by_itself_or_with_its_grant() {
    grantExists();
    accountExists();
    assertThat(revocations.isLive("jti", "grant")).isTrue();
    assertThat(revocations.isLive("jti", null)).isTrue();

    revocations.revoke("jti", clock.instant().plusSeconds(60));
    revocations.revoke("jti", clock.instant().plusSeconds(60));
    assertThat(revocations.isLive("jti", null)).isFalse();
    assertThat(revocations.isLive("other", "grant")).isTrue();

    grants.revoke("grant");
    assertThat(revocations.isLive("other", "grant")).isFalse();
    assertThat(revocations.isLive("other", "a grant that is gone")).isFalse();
  }

  @Test
  void a_token_of_a_grant_ends_with_the_account() {
    grantExists();
    assertThat(revocations.isLive("jti", "grant")).isFalse();
    accountExists();
    assertThat(revocations.isLive("jti", "grant")).isTrue();
    database.write(handle -> handle.execute("update account set disabled_at = 1"));
    assertThat(revocations.isLive("jti", "grant")).isFalse();
  }

  /** The account that the grant is of. */
  private void accountExists() {
    database.write(handle ->
        handle.execute(
            """
            insert into account (subject, username, username_key, password_hash, display_name,
              teams, attributes, updated_at)
            values ('s', 'anna', 'anna', '', 'Anna', '[]', '{}', 0)
            """));
  }
}

package dev.latchstring.authorizationserver.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class RefreshTokenStoreTest extends StoreFixture {
  private GrantStore grants;
  private RefreshTokenStore tokens;

  RefreshTokenStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    grants = new GrantStore(database, clock, random, Duration.ofMinutes(10));
    tokens =
        new RefreshTokenStore(
            database, clock, random, key, grants, Duration.ofDays(30), Duration.ofMinutes(10));
  }

  private String first() {
    return database.write(handle -> {
      grants.create(
          handle,
          new GivenGrant(
              "grant",
              "alice",
              "cli",
              Scope.of("a"),
              "https://example.com/mcp",
              clock.instant(),
              null,
              List.of("pwd"),
              clock.instant(),
              null,
              null));
      return issue(handle);
    });
  }

  private String issue(Handle handle) {
    NewRefreshToken token = tokens.prepare("grant");
    tokens.issue(handle, token);
    return token.text();
  }

  /** The successor, or nothing where the rotation is refused. */
  private Optional<String> rotate(String token) {
    return rotate(token, null);
  }

  private Optional<String> rotate(String token, String key) {
    return database.write(handle ->
        switch (tokens.rotation(token, request("cli", key)).consume(handle)) {
          case Consumption.Outcome.Consumed consumed -> Optional.of(issue(handle));
          case Consumption.Outcome.Refused refused -> {
            assertThat(refused.error().code()).isEqualTo(ErrorCode.INVALID_GRANT);
            yield Optional.empty();
          }
        });
  }

  static TokenRequest request(String clientId, String key) {
    ClientMetadata metadata =
        Json.read("{\"token_endpoint_auth_method\":\"none\"}", ClientMetadata.class);
    RegisteredClient client =
        new RegisteredClient(
            clientId, null, metadata, Instant.EPOCH, RegisteredClient.Origin.CONFIGURED);
    return new TokenRequest(client, FormParameters.parse(""), key);
  }

  private boolean isRevoked() {
    return grants.find("grant").orElseThrow().isRevoked();
  }

  @Test
  void each_token_is_used_once_and_has_one_successor() {
    String first = first();
    assertThat(dump("authorization_grant"))
        .doesNotContain(first)
        .doesNotContain(first.substring("grant".length()));

    String second = rotate(first).orElseThrow();
    clock.advance(Duration.ofDays(29));
    String third = rotate(second).orElseThrow();
    clock.advance(Duration.ofDays(29));
    assertThat(rotate(third)).isPresent();
    assertThat(isRevoked()).isFalse();
  }

  @Test
  void a_token_that_was_used_before_revokes_the_grant() {
    String first = first();
    String second = rotate(first).orElseThrow();
    clock.advance(Duration.ofSeconds(30));

    assertThat(rotate(first)).isEmpty();
    assertThat(isRevoked()).isTrue();
    assertThat(tokens.look(second, "cli")).isEqualTo(new PresentedRefreshToken.Revoked());
    assertThat(rotate(second)).isEmpty();
  }

  @Test
  void a_client_that_lost_the_answer_gets_a_fresh_one_and_the_lost_one_is_dead() {
    String first = first();
    String lost = rotate(first).orElseThrow();
    clock.advance(Duration.ofSeconds(29));

    String fresh = rotate(first).orElseThrow();
    assertThat(isRevoked()).isFalse();
    assertThat(tokens.look(fresh, "cli")).isInstanceOf(PresentedRefreshToken.Usable.class);
    assertThat(tokens.look(lost, "cli")).isInstanceOf(PresentedRefreshToken.Reused.class);
    assertThat(rotate(fresh)).isPresent();
  }

  @Test
  void the_lost_successor_in_another_hand_revokes_the_grant() {
    String first = first();
    String lost = rotate(first).orElseThrow();
    String fresh = rotate(first).orElseThrow();

    assertThat(rotate(lost)).isEmpty();
    assertThat(isRevoked()).isTrue();
    assertThat(rotate(fresh)).isEmpty();
  }

  @Test
  void there_is_no_grace_once_the_successor_was_used() {
    String first = first();
    String second = rotate(first).orElseThrow();
    assertThat(rotate(second)).isPresent();

    assertThat(rotate(first)).isEmpty();
    assertThat(isRevoked()).isTrue();
  }

  @Test
  void the_grace_is_counted_from_the_first_use_and_ends_after_eight_lost_answers() {
    String first = first();
    for (int i = 0; i < 9; i++) {
      assertThat(rotate(first)).isPresent();
    }
    assertThat(rotate(first)).isEmpty();
    assertThat(isRevoked()).isTrue();
  }

  @Test
  void however_many_present_one_token_at_once_one_successor_is_live() throws Exception {
    String first = first();

    List<Optional<String>> successors = Together.run(6, () -> rotate(first));

    assertThat(successors).allMatch(Optional::isPresent);
    assertThat(
            successors.stream()
                .filter(each ->
                    tokens.look(each.orElseThrow(), "cli") instanceof PresentedRefreshToken.Usable))
        .hasSize(1);
    assertThat(isRevoked()).isFalse();
  }

  @Test
  void a_confidential_client_keeps_its_token() {
    String token = first();
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofDays(9));
      Consumption.Outcome outcome =
          database.write(handle -> tokens.use(token, "cli").consume(handle));
      assertThat(outcome).isEqualTo(new Consumption.Outcome.Consumed());
    }
    clock.advance(Duration.ofDays(3));
    assertThat(tokens.look(token, "cli")).isEqualTo(new PresentedRefreshToken.Expired());
  }

  @Test
  void another_clients_token_is_unknown_and_nothing_is_revoked() {
    String token = first();
    assertThat(tokens.look(token, "other")).isEqualTo(new PresentedRefreshToken.Unknown());
    assertThat(tokens.look("nonsense", "cli")).isEqualTo(new PresentedRefreshToken.Unknown());
    Consumption.Outcome outcome =
        database.write(handle -> tokens.rotation(token, request("other", null)).consume(handle));
    assertThat(outcome).isInstanceOf(Consumption.Outcome.Refused.class);
    assertThat(isRevoked()).isFalse();
  }

  @Test
  void a_text_around_the_name_of_a_grant_is_unknown_and_revokes_nothing() {
    String token = first();
    rotate(token);
    int seal = token.length() - 22;
    String otherSecret = tokens.prepare("grant").text();
    for (String text :
        List.of(
            "grant" + "A".repeat(65),
            token.substring(0, seal) + "A".repeat(22),
            otherSecret.substring(0, seal) + token.substring(seal),
            "grant-2" + token.substring("grant".length()),
            token + "A",
            "grant",
            "")) {
      assertThat(tokens.look(text, "cli")).isEqualTo(new PresentedRefreshToken.Unknown());
      assertThat(rotate(text)).isEmpty();
    }
    assertThat(isRevoked()).isFalse();
  }

  @Test
  void a_token_that_was_good_long_ago_revokes_the_grant_still() {
    String first = first();
    String token = first;
    for (int i = 0; i < 5; i++) {
      token = rotate(token).orElseThrow();
      clock.advance(Duration.ofDays(20));
    }
    assertThat(rotate(first)).isEmpty();
    assertThat(isRevoked()).isTrue();
  }

  @Test
  void from_its_first_proof_on_a_grant_belongs_to_that_key() {
    String first = first();
    String second = rotate(first, "key-1").orElseThrow();
    assertThat(grants.find("grant").orElseThrow().keyThumbprint()).isEqualTo("key-1");

    for (String key : new String[] {"key-2", null}) {
      for (String token : List.of(first, second)) {
        assertThatExceptionOfType(OAuthException.class)
            .isThrownBy(() -> rotate(token, key))
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_GRANT));
      }
    }

    assertThat(isRevoked()).isFalse();
    assertThat(rotate(second, "key-1")).isPresent();
  }

  @Test
  void of_many_keys_at_the_same_moment_one_gets_the_grant() throws Exception {
    String first = first();
    AtomicInteger next = new AtomicInteger();

    List<String> winners =
        Together.run(
            6,
            () -> {
              String key = "key-" + next.incrementAndGet();
              try {
                return rotate(first, key).isPresent() ? key : "";
              } catch (OAuthException e) {
                return "";
              }
            });

    assertThat(winners.stream().filter(key -> !key.isEmpty()))
        .containsExactly(grants.find("grant").orElseThrow().keyThumbprint());
  }

  @Test
  void a_grant_lives_as_long_as_the_last_token_that_belongs_to_it() {
    first();
    clock.advance(Duration.ofDays(30));
    new Sweep(database, clock).run();
    assertThat(grants.find("grant")).isPresent();

    clock.advance(Duration.ofHours(2));
    new Sweep(database, clock).run();
    assertThat(grants.find("grant")).isEmpty();
  }
}

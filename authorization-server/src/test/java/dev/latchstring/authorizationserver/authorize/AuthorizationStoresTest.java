package dev.latchstring.authorizationserver.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequest.Prompt;
import dev.latchstring.authorizationserver.consent.ConsentStore;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of requests, codes and consents promise, on every database. */
@OnEveryDatabase
class AuthorizationStoresTest extends StoreFixture {
  private static final McpContext CONTEXT =
      McpContext.parse("{\"model_session_id\":\"s-1\",\"deep\":{\"é\":[1,2.5,null,true]}}");

  private static final AuthorizationRequest REQUEST =
      new AuthorizationRequest(
          "client",
          "http://127.0.0.1:1/cb",
          true,
          "state é",
          "a b",
          "https://mcp.example/mcp",
          CodeFlow.CHALLENGE,
          "nonce",
          "thumbprint",
          List.of(Prompt.LOGIN, Prompt.CONSENT),
          5L,
          "acr",
          "alice",
          new RequestedClaims(List.of("name"), List.of("email", "locale")),
          List.of("subject", "other"),
          CONTEXT);

  private AuthorizationRequestStore requests;
  private AuthorizationCodeStore codes;
  private ConsentStore consents;

  AuthorizationStoresTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void open() {
    requests = new AuthorizationRequestStore(database, clock, random);
    codes = new AuthorizationCodeStore(database, clock, random);
    consents = new ConsentStore(database, clock, random);
  }

  private String code() {
    String code = codes.newCode();
    database.write(handle -> {
      codes.save(handle, code, REQUEST, "subject", clock.instant());
      return true;
    });
    return code;
  }

  private boolean redeem(String code, String clientId, String grantId) {
    return database.write(handle -> codes.redeem(handle, code, clientId, grantId));
  }

  @Test
  void a_request_comes_back_as_it_went_in() {
    assertThat(requests.pull(requests.push(REQUEST), "client")).contains(REQUEST);
    assertThat(requests.find(requests.await(REQUEST)))
        .contains(new AuthorizationRequestStore.Waiting(REQUEST, clock.instant()));
  }

  @Test
  void a_pushed_request_is_pulled_once_in_time_by_its_client() throws Exception {
    String name = requests.push(REQUEST);
    assertThat(requests.pull(name, "other")).isEmpty();
    assertThat(requests.pull("x".repeat(43), "client")).isEmpty();
    assertThat(requests.pull("", "client")).isEmpty();

    List<Optional<AuthorizationRequest>> pulled =
        Together.run(10, () -> requests.pull(name, "client"));

    assertThat(pulled.stream().filter(Optional::isPresent)).hasSize(1);
    String late = requests.push(REQUEST);
    clock.advance(AuthorizationRequestStore.PUSHED);
    assertThat(requests.pull(late, "client")).isEmpty();
  }

  @Test
  void a_waiting_request_is_taken_once_in_time() throws Exception {
    String name = requests.await(REQUEST);
    assertThat(requests.pull(name, "client")).isEmpty();

    assertThat(Together.run(10, () -> requests.take(name)).stream().filter(taken -> taken))
        .hasSize(1);

    assertThat(requests.find(name)).isEmpty();
    String late = requests.await(REQUEST);
    clock.advance(AuthorizationRequestStore.WAITING);
    assertThat(requests.find(late)).isEmpty();
    assertThat(requests.take(late)).isFalse();
  }

  @Test
  void a_code_keeps_what_it_stands_for() {
    AuthorizationCode code = codes.find(code(), "client").orElseThrow();

    assertThat(code)
        .isEqualTo(
            new AuthorizationCode(
                "client",
                "http://127.0.0.1:1/cb",
                true,
                CodeFlow.CHALLENGE,
                "subject",
                Scope.of("a", "b"),
                "https://mcp.example/mcp",
                "nonce",
                REQUEST.claims(),
                "thumbprint",
                clock.instant(),
                "acr",
                List.of("pwd"),
                clock.instant().plus(AuthorizationCodeStore.LIFETIME),
                CONTEXT,
                null));
  }

  @Test
  void of_many_redemptions_one_wins() throws Exception {
    String code = code();

    List<Boolean> won =
        Together.run(
            16, () -> redeem(code, "client", "grant-" + Thread.currentThread().threadId()));

    assertThat(won.stream().filter(wins -> wins)).hasSize(1);
    assertThat(codes.find(code, "client").orElseThrow().grantId()).startsWith("grant-");
  }

  @Test
  void a_code_is_redeemed_in_time_by_its_client_unless_it_is_withdrawn() {
    String code = code();
    assertThat(redeem(code, "other", "g")).isFalse();
    assertThat(codes.find(code, "other")).isEmpty();
    clock.advance(AuthorizationCodeStore.LIFETIME);
    assertThat(redeem(code, "client", "g")).isFalse();

    String withdrawn = code();
    String redeemed = code();
    redeem(redeemed, "client", "g");
    database.write(handle -> {
      codes.withdraw(handle, "subject", "client", "https://mcp.example/mcp");
      return true;
    });
    assertThat(redeem(withdrawn, "client", "g")).isFalse();
    assertThat(codes.find(redeemed, "client")).isPresent();
  }

  @Test
  void a_redeemed_code_is_remembered_for_an_hour_and_the_rest_is_swept() {
    String code = code();
    redeem(code, "client", "g");
    String pushed = requests.push(REQUEST);
    requests.await(REQUEST);
    remember("a");
    Sweep sweep = new Sweep(database, clock);

    clock.advance(Duration.ofMinutes(30));
    sweep.run();
    assertThat(rows("authorization_request")).isZero();
    assertThat(codes.find(code, "client")).isPresent();
    assertThat(requests.pull(pushed, "client")).isEmpty();

    clock.advance(Duration.ofMinutes(31));
    sweep.run();
    assertThat(rows("authorization_code")).isZero();
    assertThat(rows("consent")).isOne();
    clock.advance(ConsentStore.LIFETIME);
    sweep.run();
    assertThat(rows("consent")).isZero();
  }

  private void remember(String... scope) {
    database.write(handle -> {
      consents.remember(
          handle, "subject", "client", "https://mcp.example/mcp", Scope.of(scope), List.of());
      return true;
    });
  }

  private boolean covers(String subject, String client, String resource, String... scope) {
    return consents.covers(subject, client, resource, Scope.of(scope), List.of());
  }

  @Test
  void a_consent_covers_what_was_said_for_whom_and_what_it_was_said() {
    remember("a");
    remember("b");

    assertThat(covers("subject", "client", "https://mcp.example/mcp", "a", "b")).isTrue();
    assertThat(covers("subject", "client", "https://mcp.example/mcp")).isTrue();
    assertThat(covers("subject", "client", "https://mcp.example/mcp", "a", "c")).isFalse();
    assertThat(covers("other", "client", "https://mcp.example/mcp", "a")).isFalse();
    assertThat(covers("subject", "other", "https://mcp.example/mcp", "a")).isFalse();
    assertThat(covers("subject", "client", "https://mcp.example/other", "a")).isFalse();
    assertThat(consents.of("subject", 10)).hasSize(1);
    assertThat(consents.of("other", 10)).isEmpty();

    clock.advance(ConsentStore.LIFETIME);
    assertThat(covers("subject", "client", "https://mcp.example/mcp", "a")).isFalse();
  }

  @Test
  void claims_that_were_agreed_to_one_by_one_add_up_and_scopes_have_theirs() {
    for (String claim : List.of("email", "locale")) {
      database.write(handle -> {
        consents.remember(
            handle,
            "subject",
            "client",
            "https://mcp.example/mcp",
            Scope.of("profile"),
            List.of(claim));
        return true;
      });
    }

    assertThat(coversClaims("email", "locale", "name")).isTrue();
    assertThat(coversClaims("email", "email_verified")).isFalse();
    assertThat(consents.of("subject", 10).getFirst().claims()).containsExactly("email", "locale");
  }

  private boolean coversClaims(String... claims) {
    return consents.covers(
        "subject", "client", "https://mcp.example/mcp", Scope.NONE, List.of(claims));
  }

  @Test
  void a_consent_that_is_forgotten_covers_nothing() {
    remember("a");
    database.write(handle -> {
      consents.forget(handle, "subject", "client", "https://mcp.example/mcp");
      return true;
    });

    assertThat(covers("subject", "client", "https://mcp.example/mcp")).isFalse();
    assertThat(rows("consent")).isZero();
  }

  @Test
  void consents_given_at_once_are_all_kept() throws Exception {
    Together.run(
        8,
        () -> {
          remember("s" + Thread.currentThread().threadId());
          return true;
        });

    assertThat(consents.of("subject", 10).getFirst().scope().values()).hasSize(8);
  }

  @Test
  void neither_codes_nor_names_can_be_read_from_the_database() {
    String code = code();
    String name = requests.push(REQUEST);

    assertThat(dump("authorization_code")).doesNotContain(code);
    assertThat(dump("authorization_request")).doesNotContain(name);
  }
}

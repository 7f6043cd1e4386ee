package dev.latchstring.client.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 9449 §5: what a refresh makes of a key that the login proved. */
class BindingAtRefreshTest {
  private final Protected clinic = new Protected();
  private final TestClock clock = new TestClock();
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final LatchClient client = LatchClient.using(store).clock(clock).build();
  private final Slot.LoginSlot slot = new Slot.LoginSlot(clinic.server.uri("/mcp"), "default");

  @AfterEach
  void close() {
    client.close();
    clinic.close();
  }

  private AccessToken refreshed(String type) {
    long now = clock.instant().getEpochSecond();
    StoredLogin login =
        StoredLogin.at(clinic.server.origin() + "/mcp", "default")
            .issuer(clinic.server.origin())
            .tokenEndpoint(clinic.server.origin() + "/token")
            .clientId("client")
            .scope("clinic:read")
            .accessToken("old")
            .tokenType(type)
            .obtainedAt(now)
            .expiresAt(now + 600)
            .refreshToken("refresh")
            .loggedInAt(now)
            .dpopKey(DpopProofs.newKey(new SecureRandom()).toJSONString())
            .build();
    store.put(slot, login);
    clock.advance(Duration.ofMinutes(11));
    return client.account(clinic.server.uri("/mcp")).tokens().token();
  }

  private void answering(String type) {
    clinic.onRefresh =
        request -> {
          assertThat(request.header("Dpop")).as("the key is proven").isNotNull();
          return Answer.json(
              200, Map.of("access_token", "new", "token_type", type, "expires_in", 600));
        };
  }

  @Test
  void a_refresh_token_may_be_bound_where_its_access_tokens_are_not() {
    answering("Bearer");
    AccessToken token = refreshed("Bearer");
    assertThat(token.authorization()).isEqualTo("Bearer new");
    assertThat(token.isBound()).isFalse();
  }

  @Test
  void a_server_may_begin_to_bind() {
    answering("DPoP");
    AccessToken token = refreshed("Bearer");
    assertThat(token.authorization()).isEqualTo("DPoP new");
    assertThat(token.isBound()).isTrue();
  }

  @Test
  void a_server_that_stops_to_bind_is_not_believed_and_the_login_is_kept() {
    answering("Bearer");
    ClientException e = catchThrowableOfType(ClientException.class, () -> refreshed("DPoP"));
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh");
  }
}

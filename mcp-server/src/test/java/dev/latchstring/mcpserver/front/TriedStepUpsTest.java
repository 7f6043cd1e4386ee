package dev.latchstring.mcpserver.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.oauth.Challenge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriedStepUpsTest {
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final TriedStepUps tried =
      new TriedStepUps(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  private static Call call(String tool) {
    return new Call("tools/call", JsonRpc.object().put("name", tool), null, null, null);
  }

  private static LoginRequired need(int status, String scope) {
    return new LoginRequired(
        status,
        Challenge.parse(List.of("Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"")));
  }

  @Test
  void a_login_for_more_is_asked_for_until_it_is_done_and_not_again_where_it_did_not_help() {
    LoginRequired write = need(403, "clinic:write");
    assertThat(tried.isInVain(call("book"), write)).isFalse();
    assertThat(tried.isInVain(call("book"), write)).as("the person is still at it").isFalse();

    tried.loggedIn();

    assertThat(tried.isInVain(call("book"), write)).isTrue();
    assertThat(tried.isInVain(call("cancel"), write)).as("another operation").isFalse();
    assertThat(tried.isInVain(call("book"), need(403, "clinic:admin"))).isFalse();
    assertThat(tried.isInVain(call("book"), need(401, "clinic:write"))).isFalse();

    now = now.plus(TriedStepUps.KEPT).plus(Duration.ofSeconds(1));
    assertThat(tried.isInVain(call("book"), write)).as("somebody may have been let in").isFalse();
  }

  @Test
  void no_more_than_so_many_are_remembered() {
    for (int i = 0; i <= TriedStepUps.MAX; i++) {
      assertThat(tried.isInVain(call("tool-" + i), need(403, "a"))).isFalse();
    }
    tried.loggedIn();
    assertThat(tried.isInVain(call("tool-0"), need(403, "a"))).as("forgotten").isFalse();
    assertThat(tried.isInVain(call("tool-" + TriedStepUps.MAX), need(403, "a"))).isTrue();
  }
}

package dev.latchstring.authorizationserver.logout;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Secrets;
import java.nio.charset.StandardCharsets;

class LogoutTicketsFuzzTest {
  private final LogoutTickets tickets =
      new LogoutTickets(content -> Secrets.sha256("key" + content), new TestClock());

  @FuzzTest
  void what_was_not_sealed_here_opens_nothing_and_what_was_comes_back(byte[] text) {
    String string = new String(text, StandardCharsets.UTF_8);
    LogoutRequest request =
        new LogoutRequest(string, string, null, string.isEmpty() ? null : string, string, null);

    assertThat(tickets.open(string)).isEmpty();
    String ticket = tickets.seal(request);
    // What a request may say is bounded as it is encoded; four members have this here.
    if (FormParameters.encode(string).length() < LogoutRequest.MAX_STATE / 2) {
      assertThat(tickets.open(ticket)).contains(request);
    }
    assertThat(tickets.open(ticket + string + "x")).isEmpty();
  }
}

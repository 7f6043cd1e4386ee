package dev.latchstring.authorizationserver.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import java.util.List;

class TrustedProxiesFuzzTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse(List.of("10.0.0.0/8", "fd00::/8", "127.0.0.1"));

  @FuzzTest
  void a_forwarded_address_is_a_literal_or_the_connections_own(byte[] input) {
    List<String> headers = new String(input, ISO_8859_1).lines().toList();
    String address = PROXIES.clientAddress("10.0.0.1", headers);
    if (!address.equals("10.0.0.1")) {
      assertThat(address).matches("\\[?[0-9A-Fa-f:.]+\\]?");
      assertThat(String.join(",", headers)).contains(address);
    }
    assertThat(ClientNetwork.of(address)).isNotEmpty();
    assertThat(PROXIES.clientAddress("192.0.2.1", headers)).isEqualTo("192.0.2.1");
  }

  @FuzzTest
  void a_network_contains_its_own_address_or_is_refused(byte[] input) {
    String text = new String(input, ISO_8859_1);
    TrustedProxies proxies;
    try {
      proxies = TrustedProxies.parse(List.of(text));
    } catch (ConfigurationException e) {
      assertThat(e).hasMessageStartingWith("trusted_proxies: ");
      return;
    }
    int slash = text.indexOf('/');
    assertThat(proxies.contains(slash < 0 ? text : text.substring(0, slash))).isTrue();
  }
}

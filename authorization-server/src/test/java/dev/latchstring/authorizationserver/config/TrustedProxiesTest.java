package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::1"));

  @ParameterizedTest(name = "{0} with {1} is {2}")
  @CsvSource({
    "203.0.113.9,198.51.100.1,203.0.113.9",
    "10.1.2.3,198.51.100.1,198.51.100.1",
    "10.1.2.3,'6.6.6.6, 198.51.100.1',198.51.100.1",
    "10.1.2.3,'198.51.100.1, 10.9.9.9',198.51.100.1",
    "10.1.2.3,'198.51.100.1,192.0.2.7 ,10.9.9.9',198.51.100.1",
    "10.1.2.3,'10.0.0.1, 10.9.9.9',10.0.0.1",
    "10.1.2.3,'198.51.100.1, unknown',10.1.2.3",
    "10.1.2.3,'',10.1.2.3",
    "10.1.2.3,evil.example,10.1.2.3",
    "2001:db8:1::2,198.51.100.1,198.51.100.1",
    "2001:db8:8000::2,198.51.100.1,2001:db8:8000::2",
    "[::1],2001:db9::5,2001:db9::5",
    "192.0.2.8,198.51.100.1,192.0.2.8",
  })
  void the_client_is_the_last_that_is_not_one_of_ours(String peer, String header, String client) {
    assertThat(PROXIES.clientAddress(peer, header.isEmpty() ? List.of() : List.of(header)))
        .isEqualTo(client);
  }

  @Test
  void several_headers_are_one_list() {
    assertThat(PROXIES.clientAddress("10.1.2.3", List.of("6.6.6.6", "198.51.100.1, 10.0.0.5")))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void nobody_is_trusted_unless_named() {
    assertThat(TrustedProxies.NONE.clientAddress("127.0.0.1", List.of("6.6.6.6")))
        .isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.example",
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.0/-1",
        "a/b",
        "",
        "::1/129",
        "dead.beef.cafe.be",
        ".:1",
        "1:2",
        "10.0.0.08"
      })
  void what_is_no_network_is_refused(String text) {
    assertThatThrownBy(() -> TrustedProxies.parse(List.of(text)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("trusted_proxies");
  }
}

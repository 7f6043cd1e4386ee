package dev.latchstring.oauth.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.testing.TlsHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator's own network adds, and what it does not. */
class OwnNetworkTest {
  @TempDir private static Path folder;
  private static TlsHost host;

  @BeforeAll
  static void start() throws Exception {
    host = TlsHost.start(folder);
    host.publish("/ok", "{\"a\":1}");
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void an_authority_of_the_operators_is_believed() throws Exception {
    OwnNetwork network = new OwnNetwork(HostNames.NONE, List.of(authority()));
    try (GuardedFetcher fetcher =
        GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK, network)) {
      assertThat(new String(fetcher.get(URI.create(host.at("/ok")), "*/*").body(), UTF_8))
          .isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void without_it_nobody_believes_the_host() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThatThrownBy(() -> fetcher.get(URI.create(host.at("/ok")), "*/*"))
          .hasCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void a_certificate_is_good_for_its_own_name_alone() throws Exception {
    OwnNetwork network = new OwnNetwork(HostNames.NONE, List.of(authority()));
    URI other = URI.create(host.at("/ok").replace("localhost", "127.0.0.1"));
    try (GuardedFetcher fetcher =
        GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK, network)) {
      assertThatThrownBy(() -> fetcher.get(other, "*/*"))
          .hasCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void a_host_of_the_network_is_not_looked_for_on_this_machine() throws Exception {
    OwnNetwork network = new OwnNetwork(new HostNames(List.of("localhost")), List.of(authority()));
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_ONLY, network)) {
      assertThatThrownBy(() -> fetcher.get(URI.create(host.at("/ok")), "*/*"))
          .hasRootCauseMessage("the host's address is not allowed");
    }
  }

  @Test
  void the_authorities_of_the_internet_are_still_believed() throws Exception {
    OwnNetwork network = new OwnNetwork(HostNames.NONE, List.of(authority()));
    assertThat(network.trustStore()).isNotNull();
    assertThat(network.trustStore().size()).isGreaterThan(50);
    assertThat(OwnNetwork.NONE.trustStore()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "wiki.corp.example,    10.1.2.3,         true",
    "WIKI.Corp.Example,    172.31.0.1,       true",
    "a.b.corp.example,     192.168.7.7,      true",
    "wiki.corp.example,    100.64.0.1,       true",
    "wiki.corp.example,    fd00::1,          true",
    "wiki.corp.example,    ::ffff:10.1.2.3,  true",
    "intranet,             10.1.2.3,         true",
    "corp.example,         10.1.2.3,         false",
    "evilcorp.example,     10.1.2.3,         false",
    "wiki.corp.example.,   10.1.2.3,         false",
    "attacker.example,     10.1.2.3,         false",
    "10.1.2.3,             10.1.2.3,         false",
    "wiki.corp.example,    172.32.0.1,       false",
    "wiki.corp.example,    169.254.169.254,  false",
    "wiki.corp.example,    127.0.0.1,        false",
    "wiki.corp.example,    0.0.0.0,          false",
    "wiki.corp.example,    ::1,              false",
    "wiki.corp.example,    fe80::1,          false",
    "wiki.corp.example,    224.0.0.1,        false",
  })
  void only_named_hosts_may_be_at_private_addresses(String name, String address, boolean allowed)
      throws IOException {
    OwnNetwork network =
        new OwnNetwork(new HostNames(List.of("*.corp.example", "intranet")), List.of());
    assertThat(network.allows(name, InetAddress.getByName(address))).isEqualTo(allowed);
  }

  private static X509Certificate authority() throws Exception {
    try (InputStream in = Files.newInputStream(host.caFile())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}

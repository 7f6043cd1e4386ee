package dev.latchstring.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.testing.ConnectProxy;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.TlsHost;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a company's certificate, and a company's proxy before it. */
class NetworkTest {
  private static final URI CORP = URI.create("https://mcp.corp.test/mcp");

  @TempDir static Path folder;

  private static TlsHost here;
  private static TlsHost corp;

  @BeforeAll
  static void start() throws Exception {
    here = TlsHost.start(Files.createDirectory(folder.resolve("here")));
    corp = TlsHost.start(Files.createDirectory(folder.resolve("corp")), "mcp.corp.test");
    here.publish("/", "{}");
    corp.publish("/mcp", "{}");
  }

  @AfterAll
  static void stop() {
    here.close();
    corp.close();
  }

  private static int get(Network network, String uri) {
    try (Http http = new Http(network)) {
      return http.get(URI.create(uri)).status();
    }
  }

  private static ClientException failure(Network network, String uri) {
    try {
      get(network, uri);
    } catch (ClientException e) {
      return e;
    }
    throw new AssertionError("it was answered");
  }

  @Test
  void a_private_authority_is_trusted_where_it_is_named_and_the_hint_says_how() {
    ClientException refused = failure(Network.of(Map.of()), here.at("/"));
    assertThat(refused.problem()).isEqualTo(Problem.NETWORK);
    assertThat(refused).hasMessage("the certificate of localhost is not trusted on this machine");
    assertThat(refused.hint()).contains("--ca-file FILE", "LATCH_CA_FILE");
    Network named = Network.of(Map.of(Network.CA_FILE, here.caFile().toString()));
    assertThat(get(named, here.at("/"))).isEqualTo(200);
    assertThat(get(Network.of(Map.of()).withCaFile(here.caFile().toString()), here.at("/")))
        .isEqualTo(200);
  }

  @Test
  void the_machines_own_file_is_asked_too_and_one_that_is_gone_is_passed_over() {
    String machines = here.caFile().toString();
    assertThat(get(Network.of(Map.of(Network.SSL_CERT_FILE, machines)), here.at("/")))
        .isEqualTo(200);
    ClientException refused =
        failure(Network.of(Map.of(Network.SSL_CERT_FILE, "/no/such/file")), here.at("/"));
    assertThat(refused).hasMessageContaining("is not trusted");
  }

  @Test
  void a_file_has_several_certificates_and_any_text_around_them() throws Exception {
    Path both = folder.resolve("both.pem");
    Files.writeString(
        both,
        "# ---- ours ----\n"
            + Files.readString(corp.caFile())
            + "Bag Attributes: -----\r\n"
            + Files.readString(here.caFile()).replace("\n", "\r\n"));
    assertThat(get(Network.of(Map.of(Network.CA_FILE, both.toString())), here.at("/")))
        .isEqualTo(200);
    Path der = folder.resolve("one.der");
    Files.write(der, Certificates.ofFile(here.caFile().toString()).getFirst().getEncoded());
    assertThat(get(Network.of(Map.of(Network.CA_FILE, der.toString())), here.at("/")))
        .isEqualTo(200);
  }

  @Test
  void a_file_that_cannot_be_used_is_named_with_what_is_wrong() throws Exception {
    Path file = folder.resolve("odd.pem");
    String missing = folder.resolve("missing.pem").toString();
    assertUnusable(missing, missing + " is not there");
    Files.writeString(file, "hello");
    assertUnusable(file.toString(), "has no certificate in it");
    Files.writeString(file, Files.readString(here.caFile()).replaceFirst("M", "!"));
    assertUnusable(file.toString(), "is damaged: certificate 1 is none");
    Files.writeString(
        file, Files.readString(here.caFile()) + "-----BEGIN CERTIFICATE-----\nMIIB\n");
    assertUnusable(file.toString(), "is damaged: certificate 2 is none");
    assertUnusable(folder.toString(), "cannot be read");
    Files.write(file, new byte[9 << 20]);
    assertUnusable(file.toString(), "cannot be read");
  }

  private static void assertUnusable(String file, String reason) {
    ClientException refused =
        failure(Network.of(Map.of(Network.CA_FILE, file)), "http://127.0.0.1:1/");
    assertThat(refused.problem()).isEqualTo(Problem.FILE_UNUSABLE);
    assertThat(refused).hasMessageContaining(reason);
    assertThat(refused.hint()).contains("--ca-file");
  }

  @Test
  void a_certificate_for_another_host_or_time_is_refused_in_words() throws Exception {
    Network trusting = Network.of(Map.of(Network.CA_FILE, here.caFile().toString()));
    assertThat(failure(trusting, "https://127.0.0.1:" + here.port() + "/"))
        .hasMessage("the certificate that is shown is not for 127.0.0.1");
    Path old = Files.createDirectory(folder.resolve("old"));
    try (TlsHost expired = TlsHost.start(old, "localhost", "-startdate", "-9d")) {
      assertThat(
              failure(
                  Network.of(Map.of(Network.CA_FILE, expired.caFile().toString())),
                  expired.at("/")))
          .hasMessage("the certificate of localhost has expired");
    }
  }

  @Test
  void the_proxy_leads_to_hosts_that_this_machine_does_not_know() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.to(corp.port())) {
      for (String variable : List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "LATCH_PROXY")) {
        for (String address : List.of("http://" + proxy.place() + "/", proxy.place())) {
          Network network =
              Network.of(Map.of(variable, address, Network.CA_FILE, corp.caFile().toString()));
          assertThat(get(network, CORP.toString())).as(variable).isEqualTo(200);
        }
      }
      assertThat(proxy.asked()).hasSize(8).containsOnly("mcp.corp.test:443");
    }
  }

  @Test
  void loopback_is_never_reached_through_a_proxy() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.to(corp.port())) {
      Network network =
          Network.of(Map.of("ALL_PROXY", proxy.place(), Network.CA_FILE, here.caFile().toString()));
      assertThat(get(network, here.at("/"))).isEqualTo(200);
      assertThat(proxy.asked()).isEmpty();
    }
  }

  @Test
  void a_login_goes_to_the_proxy_alone_and_its_lack_is_explained() throws Exception {
    Path output = folder.resolve("child.txt");
    try (ConnectProxy proxy = ConnectProxy.to(corp.port(), "anna:p@ss w:rd")) {
      ClientException wanted =
          failure(Network.of(Map.of("HTTPS_PROXY", proxy.place())), CORP.toString());
      assertThat(wanted.problem()).isEqualTo(Problem.NETWORK);
      assertThat(wanted)
          .hasMessageContaining(proxy.place())
          .hasMessageContaining("HTTPS_PROXY")
          .hasMessageContaining("wants a login (407)");
      // A process of its own: whether Java sends such a login at all is decided once.
      for (String login : List.of("anna:p%40ss%20w:rd", "anna:p@ss w:rd", "anna:wrong")) {
        Process child =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ProxiedGet.class.getName(),
                    CORP.toString(),
                    "http://" + login + "@" + proxy.place(),
                    corp.caFile().toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(child.waitFor()).as(Files.readString(output)).isZero();
        String said = Files.readString(output);
        if (login.endsWith("wrong")) {
          assertThat(said).contains("does not accept the user name and password (407)");
        } else {
          assertThat(said).isEqualTo("200");
        }
        assertThat(said).doesNotContain("anna", "wrong");
      }
    }
    assertThat(corp.requests("/mcp")).isPositive();
    assertThat(corp.sawHeader("Proxy-Authorization")).isFalse();
  }

  @Test
  void a_proxy_that_is_not_there_or_will_not_is_named() throws Exception {
    String gone = "127.0.0.1:" + Ports.free();
    assertThat(failure(Network.of(Map.of("https_proxy", gone)), CORP.toString()))
        .hasMessage("nothing answers at the proxy " + gone + " (from https_proxy)");
    assertThat(failure(Network.of(Map.of("https_proxy", "no-such.invalid:1")), CORP.toString()))
        .hasMessage("the proxy no-such.invalid:1 (from https_proxy) is not known");
    try (ConnectProxy proxy = ConnectProxy.refusing(403)) {
      assertThat(failure(Network.of(Map.of("https_proxy", proxy.place())), CORP.toString()))
          .hasMessageContaining("does not lead to https://mcp.corp.test/mcp: it answered 403");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://127.0.0.1:1080",
        "https://proxy:3128",
        "http://",
        "http://proxy:port",
        "http://proxy:0",
        "http://proxy:70000",
        "http://anna:secret%zz@proxy:1",
        "http://anna:secret@pro xy:1",
        "http://[::1:1"
      })
  void what_is_no_proxy_is_refused_without_telling_its_login(String address) {
    assertThatThrownBy(() -> Network.of(Map.of("HTTPS_PROXY", address)).client())
        .isInstanceOfSatisfying(
            ClientException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(Problem.BAD_ADDRESS);
              assertThat(e.description() + e.hint())
                  .contains("HTTPS_PROXY")
                  .doesNotContain("secret", "anna");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mcp.corp.test            | direct",
        "corp.test                | direct",
        ".corp.test               | direct",
        "*.corp.test              | direct",
        "*                        | direct",
        "CORP.TEST:443            | direct",
        "a, b ,corp.test          | direct",
        "corp.test:8443           | proxy",
        "orp.test                 | proxy",
        "xcorp.test               | proxy",
        "mcp.corp.test.evil       | proxy",
        "10.0.0.0/8               | proxy",
        "''                       | proxy"
      })
  void no_proxy_names_hosts_and_what_is_below_them(String list, String way) {
    assertWay(Map.of("HTTPS_PROXY", "p:1", "NO_PROXY", list), CORP, way);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.1.0.0/16      | https://10.1.2.3/        | direct",
        "10.1.0.0/16      | https://10.2.2.3/        | proxy",
        "10.1.2.3         | https://10.1.2.3/        | direct",
        "10.1.2.3:8443    | https://10.1.2.3:8443/   | direct",
        "10.1.2.3:8443    | https://10.1.2.3/        | proxy",
        "fd00::/8         | https://[fd00::1]/       | direct",
        "[fd00::1]:443    | https://[fd00::1]/       | direct",
        "fd00::/8         | https://[fe00::1]/       | proxy",
        "10.0.0.0/99      | https://10.1.2.3/        | proxy",
        "''               | https://127.0.0.1/       | direct",
        "''               | https://[::1]/           | direct",
        "''               | http://localhost:80/     | direct"
      })
  void no_proxy_names_addresses_and_networks(String list, String target, String way) {
    assertWay(Map.of("ALL_PROXY", "p:1", "NO_PROXY", list), URI.create(target), way);
  }

  private static void assertWay(Map<String, String> variables, URI target, String way) {
    assertThat(new Proxies(variables).of(target) == null ? "direct" : "proxy").isEqualTo(way);
  }

  @Test
  void small_letters_come_first_and_none_means_none() {
    Map<String, String> both = Map.of("https_proxy", "a:1", "HTTPS_PROXY", "b:1", "ALL_PROXY", "c");
    assertThat(new Proxies(both).of(CORP).host()).isEqualTo("a");
    assertThat(new Proxies(Map.of("HTTPS_PROXY", "", "all_proxy", "c")).of(CORP).place())
        .isEqualTo("c:80");
    assertThat(new Proxies(Map.of("HTTPS_PROXY", "b:1", "LATCH_PROXY", "none")).of(CORP)).isNull();
    assertThat(new Proxies(Map.of("HTTPS_PROXY", "b:1", "LATCH_PROXY", "d:2")).of(CORP).host())
        .isEqualTo("d");
    URI plain = URI.create("http://corp.test/");
    assertThat(new Proxies(Map.of("HTTPS_PROXY", "b:1")).of(plain)).isNull();
    assertThat(new Proxies(Map.of("HTTP_PROXY", "b:1")).of(plain)).isNotNull();
    assertThat(new Proxies(Map.of("HTTP_PROXY", "b:1", "REQUEST_METHOD", "GET")).of(plain))
        .as("a header of whoever asked a CGI program")
        .isNull();
  }

  @Test
  void a_login_is_in_no_text() {
    Map<String, String> variables = Map.of("HTTPS_PROXY", "http://anna:secret@proxy:3128");
    Proxies.Choice choice = new Proxies(variables).of(CORP);
    assertThat(choice.authorization())
        .isEqualTo("Basic " + Base64.getEncoder().encodeToString("anna:secret".getBytes()));
    assertThat(choice + " " + Network.of(variables)).doesNotContain("secret", "anna", "YW5u");
  }

  @Test
  void the_operating_systems_files_are_tried_in_turn() throws Exception {
    List<Path> files = List.of(Path.of("/no/such"), corp.caFile(), here.caFile());
    assertThat(MachineTrust.of("Linux", files).read().size()).isEqualTo(1);
    assertThat(MachineTrust.of("Linux", List.of()).read().size()).isZero();
    assertThat(MachineTrust.of("Windows 11", List.of()).read().size()).isZero();
    assertThat(MachineTrust.of("Mac OS X", List.of()).read().size()).isZero();
  }
}

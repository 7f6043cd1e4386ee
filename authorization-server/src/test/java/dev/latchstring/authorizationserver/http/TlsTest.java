package dev.latchstring.authorizationserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS from PEM files, with keys that the JDK's own keytool makes. */
class TlsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    for (String algorithm : new String[] {"EC", "RSA"}) {
      Path store = folder.resolve(algorithm + ".p12");
      int exit =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair", "-alias", "tls", "-keyalg", algorithm, "-dname", "CN=localhost",
                  "-ext", "san=dns:localhost", "-validity", "2", "-storetype", "PKCS12",
                  "-storepass", "changeit", "-keystore", store.toString())
              .inheritIO()
              .start()
              .waitFor();
      assertThat(exit).isZero();
      KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
      write(algorithm + "-cert.pem", "CERTIFICATE", keys.getCertificate("tls").getEncoded());
      write(
          algorithm + "-key.pem",
          "PRIVATE KEY",
          keys.getKey("tls", "changeit".toCharArray()).getEncoded());
    }
  }

  private static void write(String name, String label, byte[] der) throws Exception {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END " + label + "-----\n");
  }

  private static String yaml(String certificate, String key) {
    return "tls: { certificate: "
        + folder.resolve(certificate)
        + ", private_key: "
        + folder.resolve(key)
        + " }\naccounts: []\n";
  }

  @Test
  void the_server_speaks_tls_with_either_kind_of_key() throws Exception {
    for (String algorithm : new String[] {"EC", "RSA"}) {
      try (RunningServer server =
          RunningServer.start(yaml(algorithm + "-cert.pem", algorithm + "-key.pem"))) {
        assertThat(server.issuer()).startsWith("https://localhost:");
        HttpResponse<String> answer =
            trusting(folder.resolve(algorithm + ".p12"))
                .send(
                    HttpRequest.newBuilder(URI.create(server.issuer() + "/healthz")).build(),
                    BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      }
    }
  }

  private static HttpClient trusting(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("tls"));
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void a_key_that_is_not_the_certificates_is_noticed_at_the_start() {
    assertThatThrownBy(() -> RunningServer.start(yaml("EC-cert.pem", "RSA-key.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not the key of the certificate");
  }

  @Test
  void a_key_in_another_form_is_refused_with_the_command_that_converts_it() throws Exception {
    write("old-key.pem", "RSA PRIVATE KEY", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> RunningServer.start(yaml("RSA-cert.pem", "old-key.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @Test
  void files_that_are_no_pem_are_named() throws Exception {
    Files.writeString(folder.resolve("no.pem"), "not a certificate");

    assertThatThrownBy(() -> RunningServer.start(yaml("no.pem", "EC-key.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no.pem");
    assertThatThrownBy(() -> RunningServer.start(yaml("EC-cert.pem", "missing.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("missing.pem");
  }
}

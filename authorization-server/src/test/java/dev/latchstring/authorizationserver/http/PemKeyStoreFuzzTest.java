package dev.latchstring.authorizationserver.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.io.TempDir;

class PemKeyStoreFuzzTest {
  @TempDir static Path folder;

  @FuzzTest
  void a_certificate_with_its_key_is_loaded_or_says_what_is_wrong(byte[] pem)
      throws IOException, GeneralSecurityException {
    Path file = folder.resolve("both.pem");
    Files.write(file, pem);
    try {
      var store = PemKeyStore.load(new TlsSettings(file, file));
      assertThat(store.getCertificateChain("tls")).isNotEmpty();
      assertThat(new String(pem, ISO_8859_1)).contains("BEGIN PRIVATE KEY");
    } catch (ConfigurationException e) {
      assertThat(e).hasMessageStartingWith("tls: ");
    }
  }
}

package dev.latchstring.client.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The authorities that the operating system trusts, where a company's administrators put their own:
 * a file on Linux, the keychain on macOS, the certificate store on Windows.
 */
final class MachineTrust {
  /** In the order of the distributions' number; the first that is there is the one. */
  private static final List<Path> FILES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private MachineTrust() {}

  /**
   * @param named a file that stands for the machine's own where it can be read; empty for none
   */
  static LayeredTrust.Source ofThisMachine(String named) {
    LayeredTrust.Source machine = of(System.getProperty("os.name", ""), FILES);
    return named.isEmpty()
        ? machine
        : () -> {
          try {
            return Certificates.store(Certificates.usableOf(Path.of(named)));
          } catch (IOException | InvalidPathException e) {
            return machine.read();
          }
        };
  }

  static LayeredTrust.Source of(String system, List<Path> files) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return () -> keyStores(List.of("KeychainStore", "KeychainStore-ROOT"));
    }
    if (name.startsWith("windows")) {
      return () -> keyStores(List.of("Windows-ROOT", "Windows-ROOT-LOCALMACHINE"));
    }
    return () -> {
      for (Path file : files) {
        if (Files.isReadable(file)) {
          return Certificates.store(Certificates.usableOf(file));
        }
      }
      return Certificates.store(List.of());
    };
  }

  /** Those that this Java runtime can open; older ones lack some. */
  private static KeyStore keyStores(List<String> types) throws GeneralSecurityException {
    List<Certificate> trusted = new ArrayList<>();
    for (String type : types) {
      try {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        for (String alias : Collections.list(store.aliases())) {
          Certificate certificate =
              store.isCertificateEntry(alias) ? store.getCertificate(alias) : null;
          if (certificate != null && trusted.size() < Certificates.MAX) {
            trusted.add(certificate);
          }
        }
      } catch (GeneralSecurityException | IOException e) {
        // A store that cannot be read vouches for nobody.
      }
    }
    return Certificates.store(trusted);
  }
}

package dev.latchstring.authorizationserver.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** RFC 7468. The certificates in a PEM file, in their order. */
public final class PemCertificates {
  private PemCertificates() {}

  /**
   * @param key what the configuration calls the file
   * @throws ConfigurationException where the file has none
   */
  public static List<X509Certificate> read(String key, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new ConfigurationException(key + ": " + file + " has no certificate in PEM format");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new ConfigurationException(
          key + ": " + file + " is not a certificate in PEM format: " + e.getMessage());
    } catch (IOException e) {
      throw new ConfigurationException(key + ": " + file + " cannot be read: " + e.getMessage());
    }
  }
}

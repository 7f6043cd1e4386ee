package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.PemCertificates;
import dev.latchstring.authorizationserver.config.ServerConfiguration.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** RFC 7468. A certificate chain and its key, from PEM files, as the JDK's TLS wants them. */
final class PemKeyStore {
  /** The key store lives in memory alone; the JDK asks for a password anyway. */
  static final String PASSWORD = "memory";

  private PemKeyStore() {}

  /**
   * @throws ConfigurationException where a file is not what it should be, or the key is not that of
   *     the certificate
   */
  static KeyStore load(TlsSettings tls) {
    Certificate[] chain =
        PemCertificates.read("tls", tls.certificate()).toArray(Certificate[]::new);
    PrivateKey key = privateKey(tls.privateKey(), chain[0].getPublicKey());
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("tls", key, PASSWORD.toCharArray(), chain);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException("tls: the certificate and its key cannot be used: " + e);
    }
  }

  private static PrivateKey privateKey(Path file, PublicKey certified) {
    byte[] encoded = pkcs8(file);
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        PrivateKey key =
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        requirePair(file, key, certified);
        return key;
      } catch (GeneralSecurityException e) {
        // Not of this algorithm: the next one.
      }
    }
    throw new ConfigurationException(
        "tls: " + file + " is not an EC, RSA or Ed25519 key in PKCS #8");
  }

  private static byte[] pkcs8(Path file) {
    String pem;
    try {
      pem = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException("tls: " + file + " cannot be read: " + e.getMessage());
    }
    String begin = "-----BEGIN PRIVATE KEY-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END PRIVATE KEY-----");
    if (from < 0 || to < from) {
      throw new ConfigurationException(
          "tls: "
              + file
              + " has no unencrypted PKCS #8 key; make one with: openssl pkcs8 -topk8 -nocrypt -in "
              + file.getFileName()
              + " -out key.pem");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("tls: " + file + " is damaged");
    }
  }

  /** A key that is not the certificate's would fail every handshake, with nobody to tell. */
  private static void requirePair(Path file, PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String name =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "Ed25519";
        };
    byte[] probe = {1, 2, 3};
    Signature signature = Signature.getInstance(name);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    boolean pair;
    try {
      signature.initVerify(certified);
      signature.update(probe);
      pair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new ConfigurationException("tls: " + file + " is not the key of the certificate");
    }
  }
}

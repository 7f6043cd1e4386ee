package dev.latchstring.client.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7468 §5. Files of certificates: PEM, with as many as one likes and any text around them; or a
 * single one in DER. A file has at most 8 MiB and {@value #MAX} certificates.
 */
final class Certificates {
  static final int MAX = 5000;
  private static final int MAX_BYTES = 8 << 20;
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private Certificates() {}

  /**
   * All of a file that the user named.
   *
   * @throws ClientException {@link Problem#FILE_UNUSABLE} where it cannot be read, one of its
   *     certificates is none, or it has none
   */
  static List<Certificate> ofFile(String file) {
    byte[] bytes;
    try {
      bytes = read(Path.of(file));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw unusable(file, "is not there", e);
    } catch (IOException e) {
      boolean directory = Files.isDirectory(Path.of(file));
      String why = directory ? "it is a directory" : e.getClass().getSimpleName();
      throw unusable(file, "cannot be read (" + why + ")", e);
    }
    List<Certificate> found = new ArrayList<>();
    for (byte[] der : blocks(bytes)) {
      try {
        found.add(certificate(der));
      } catch (CertificateException e) {
        throw unusable(file, "is damaged: certificate " + (found.size() + 1) + " is none", e);
      }
    }
    if (found.isEmpty()) {
      throw unusable(file, "has no certificate in it", null);
    }
    return found;
  }

  /** What can be used of a file that the operating system keeps; may be empty. */
  static List<Certificate> usableOf(Path file) throws IOException {
    List<Certificate> found = new ArrayList<>();
    for (byte[] der : blocks(read(file))) {
      try {
        found.add(certificate(der));
      } catch (CertificateException e) {
        // One that Java does not understand vouches for nobody.
      }
    }
    return found;
  }

  /** Authorities to vouch for others. */
  static KeyStore store(List<Certificate> certificates) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("authority-" + i, certificates.get(i));
      }
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates cannot be kept in memory", e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /** Each certificate's bytes; what is not base64 comes out as what no certificate is. */
  private static List<byte[]> blocks(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == 0x30) {
      return List.of(bytes); // DER: an ASN.1 sequence
    }
    String text = new String(bytes, ISO_8859_1);
    List<byte[]> blocks = new ArrayList<>();
    int from = text.indexOf(BEGIN);
    while (from >= 0 && blocks.size() < MAX) {
      int body = from + BEGIN.length();
      int end = text.indexOf(END, body);
      blocks.add(decoded(end < 0 ? "" : text.substring(body, end)));
      from = end < 0 ? -1 : text.indexOf(BEGIN, end);
    }
    return blocks;
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64.strip());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static Certificate certificate(byte[] der) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
  }

  private static ClientException unusable(String file, String how, @Nullable Throwable cause) {
    return new ClientException(
        Problem.FILE_UNUSABLE,
        "the file of certificate authorities " + place(file) + " " + how,
        "give --ca-file (or " + Network.CA_FILE + ") a file of PEM certificates",
        cause);
  }

  /** Whoever reads it may not know the directory that a host starts its servers in. */
  private static String place(String file) {
    try {
      return Path.of(file).toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      return file;
    }
  }
}

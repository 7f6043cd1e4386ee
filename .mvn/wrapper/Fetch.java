import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What mvnw uses where there is no curl or wget, or no sha512sum: a JDK is always there. */
class Fetch {
  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "download" -> {
        System.setProperty("java.net.useSystemProxies", "true");
        var connection = URI.create(arguments[1]).toURL().openConnection();
        connection.setConnectTimeout(30_000);
        connection.setReadTimeout(60_000);
        try (InputStream in = connection.getInputStream()) {
          Files.copy(in, Path.of(arguments[2]));
        }
      }
      case "sha512" -> {
        var digest = MessageDigest.getInstance("SHA-512");
        try (var in = new DigestInputStream(Files.newInputStream(Path.of(arguments[1])), digest)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        System.out.println(HexFormat.of().formatHex(digest.digest()));
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }
}

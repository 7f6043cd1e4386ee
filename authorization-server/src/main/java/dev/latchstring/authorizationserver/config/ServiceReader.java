package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for a service of the operator's that is asked. */
final class ServiceReader {
  private final Path base;
  private final SecretSource secrets;

  /**
   * @param base what a relative path is relative to
   */
  ServiceReader(Path base, SecretSource secrets) {
    this.base = base;
    this.secrets = secrets;
  }

  /**
   * @param where its place in the configuration
   * @throws ConfigurationException where a setting cannot be used, with what to change
   */
  ServiceSettings read(
      String where,
      @Nullable String url,
      @Nullable JsonNode token,
      @Nullable JsonNode signingKey,
      @Nullable String caFile) {
    return new ServiceSettings(
        url(where + ".url", url),
        token == null ? null : secrets.value(where + ".token", token),
        signingKey == null ? null : key(where + ".signing_key", signingKey),
        caFile == null
            ? List.of()
            : PemCertificates.read(where + ".ca_file", path(where + ".ca_file", caFile)));
  }

  private static URI url(String where, @Nullable String text) {
    URI url;
    try {
      url = URI.create(KnownNames.required(where, text));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(where + ": is not a URL");
    }
    if (!HttpsUri.isHttpsOrLoopback(url)
        || url.getRawUserInfo() != null
        || url.getRawFragment() != null) {
      throw new ConfigurationException(
          where + ": must use https (http on loopback), without user information and fragment");
    }
    return url;
  }

  private byte[] key(String where, JsonNode given) {
    String text = secrets.value(where, given);
    try {
      byte[] key = Base64.getDecoder().decode(text.startsWith("whsec_") ? text.substring(6) : text);
      if (key.length >= 24 && key.length <= 64) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Told below, with those that are too short.
    }
    throw new ConfigurationException(
        where + ": must be 24 to 64 bytes in base64; make one with: openssl rand -base64 32");
  }

  private Path path(String where, String text) {
    try {
      return base.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new ConfigurationException(where + ": not a path: " + e.getReason());
    }
  }
}

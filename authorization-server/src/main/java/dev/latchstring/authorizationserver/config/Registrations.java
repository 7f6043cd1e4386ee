package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.config.ServerConfiguration.RegistrationSettings;
import dev.latchstring.authorizationserver.document.DocumentPolicy;
import dev.latchstring.authorizationserver.registration.InitialAccessTokens;
import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for {@code dynamic_registration} and {@code client_id_metadata_documents}: how clients
 * come that the operator did not set up.
 */
final class Registrations {
  private static final String DOCUMENTS = "client_id_metadata_documents.";
  private static final String HASHED = "sha256:";
  private static final int LEAST_TOKEN = 20;
  private static final int MOST = 1000;

  /** RFC 6750 §2.1: what a bearer token is made of. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private Registrations() {}

  /**
   * @param variable the value of {@code LATCH_DYNAMIC_REGISTRATION}, which wins over the file
   */
  static RegistrationSettings read(
      ConfigurationFile.@Nullable DynamicRegistration file, @Nullable String variable) {
    RegistrationSettings defaults = RegistrationSettings.DEFAULT;
    ConfigurationFile.DynamicRegistration given =
        file == null ? new ConfigurationFile.DynamicRegistration(null, null, null, null) : file;
    boolean enabled = given.enabled() == null ? defaults.enabled() : given.enabled();
    if (variable != null) {
      if (!variable.equals("true") && !variable.equals("false")) {
        throw new ConfigurationException("LATCH_DYNAMIC_REGISTRATION: must be true or false");
      }
      enabled = variable.equals("true");
    }
    Integer most = given.maxClients();
    if (most != null && most < 1) {
      throw new ConfigurationException("dynamic_registration.max_clients: must be 1 or more");
    }
    return new RegistrationSettings(
        enabled,
        most == null ? defaults.maxClients() : most,
        initialAccessTokens(given.initialAccessTokens()),
        Durations.parse(
            "dynamic_registration.unused_after",
            given.unusedAfter(),
            defaults.unusedAfter(),
            Duration.ofDays(1),
            Duration.ofDays(3650)));
  }

  private static InitialAccessTokens initialAccessTokens(@Nullable List<String> tokens) {
    if (tokens == null) {
      return InitialAccessTokens.NONE;
    }
    if (tokens.isEmpty() || tokens.size() > MOST) {
      throw new ConfigurationException(
          "dynamic_registration.initial_access_tokens: must hold 1 to "
              + MOST
              + " tokens; leave it out to let everybody register, and set enabled to false to let"
              + " nobody");
    }
    return new InitialAccessTokens(tokens.stream().map(Registrations::hash).toList());
  }

  private static byte[] hash(@Nullable String token) {
    String key = "dynamic_registration.initial_access_tokens: ";
    if (token != null && token.startsWith(HASHED)) {
      String hex = token.substring(HASHED.length());
      try {
        byte[] hash = HexFormat.of().parseHex(hex);
        if (hash.length == 32) {
          return hash;
        }
      } catch (IllegalArgumentException e) {
        // Falls to the same answer.
      }
      throw new ConfigurationException(key + "sha256: is followed by 64 hexadecimal digits");
    }
    if (token == null || token.length() < LEAST_TOKEN || !TOKEN.matcher(token).matches()) {
      throw new ConfigurationException(
          key
              + "each has at least "
              + LEAST_TOKEN
              + " letters, digits or - . _ ~ + /, or is sha256: and the hash of such a one");
    }
    return Secrets.sha256(token);
  }

  static DocumentPolicy documents(ConfigurationFile.@Nullable MetadataDocuments file) {
    if (file == null) {
      return DocumentPolicy.DEFAULT;
    }
    return new DocumentPolicy(
        file.enabled() == null || file.enabled(),
        allowed(file.allowedHosts()),
        Hosts.read(DOCUMENTS + "blocked_hosts", file.blockedHosts()));
  }

  private static List<String> allowed(@Nullable List<String> hosts) {
    String name = DOCUMENTS + "allowed_hosts";
    if (hosts != null && hosts.isEmpty()) {
      throw new ConfigurationException(
          name
              + ": is empty; leave it out to accept every host, and set enabled to false for none");
    }
    return Hosts.read(name, hosts);
  }
}

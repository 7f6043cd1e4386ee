package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.credential.SecondFactorSettings;
import dev.latchstring.authorizationserver.credential.TotpSecret;
import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code accounts[].totp_secret}, {@code accounts[].totp_algorithm}, {@code passkeys}. */
final class SecondFactors {
  /** WebAuthn §5.8.1: SHA-256 of the certificate that signed an Android app, in base64url. */
  private static final Pattern ANDROID =
      Pattern.compile("android:apk-key-hash(-sha256)?:[A-Za-z0-9_-]{43}");

  private static final int MAX_ORIGINS = 32;

  private SecondFactors() {}

  static SecondFactorSettings read(ConfigurationFile file) {
    Map<String, TotpSecret> secrets = new LinkedHashMap<>();
    List<ConfigurationFile.Account> accounts =
        file.accounts() == null ? List.of() : file.accounts();
    for (ConfigurationFile.Account account : accounts) {
      TotpSecret secret = secret(account);
      if (secret != null && account.username() != null) {
        secrets.put(account.username(), secret);
      }
    }
    return new SecondFactorSettings(secrets, appOrigins(file.passkeys()));
  }

  private static @Nullable TotpSecret secret(ConfigurationFile.Account account) {
    if (account.totpSecret() == null) {
      if (account.totpAlgorithm() != null) {
        throw new ConfigurationException(
            "accounts: '" + account.username() + "' has a totp_algorithm but no totp_secret");
      }
      return null;
    }
    try {
      return TotpSecret.parse(account.totpSecret(), algorithm(account));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "accounts: the totp_secret of '"
              + account.username()
              + "' cannot be used: "
              + e.getMessage()
              + ". Make one with: head -c 20 /dev/urandom | base32");
    }
  }

  private static Algorithm algorithm(ConfigurationFile.Account account) {
    return switch (account.totpAlgorithm()) {
      case null -> Algorithm.SHA1;
      case "SHA1" -> Algorithm.SHA1;
      case "SHA256" -> Algorithm.SHA256;
      default ->
          throw new ConfigurationException(
              "accounts: the totp_algorithm of '"
                  + account.username()
                  + "' must be SHA1 or SHA256");
    };
  }

  private static List<String> appOrigins(ConfigurationFile.@Nullable Passkeys passkeys) {
    if (passkeys == null || passkeys.appOrigins() == null) {
      return List.of();
    }
    if (passkeys.appOrigins().size() > MAX_ORIGINS) {
      throw new ConfigurationException(
          "passkeys.app_origins: more than " + MAX_ORIGINS + " of them");
    }
    passkeys.appOrigins().forEach(SecondFactors::requireOrigin);
    return passkeys.appOrigins();
  }

  private static void requireOrigin(String origin) {
    if (!ANDROID.matcher(origin).matches() && !isWebOrigin(origin)) {
      throw new ConfigurationException(
          "passkeys.app_origins: '"
              + origin
              + "' is not an origin; write android:apk-key-hash: and 43 characters of base64url,"
              + " or https:// and a host");
    }
  }

  private static boolean isWebOrigin(String origin) {
    try {
      URI uri = URI.create(origin);
      return "https".equals(uri.getScheme())
          && uri.getHost() != null
          && HttpsUri.origin(uri).equals(origin);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

package dev.latchstring.authorizationserver.credential;

import java.util.List;
import java.util.Map;

/**
 * What the operator says of second factors.
 *
 * @param totpSecrets the secrets of configured accounts, by username as it is written there
 * @param appOrigins WebAuthn §5.8.1: the origins of native apps that may use passkeys of this
 *     server, such as {@code android:apk-key-hash:…}, beside its own
 */
public record SecondFactorSettings(Map<String, TotpSecret> totpSecrets, List<String> appOrigins) {
  public SecondFactorSettings {
    totpSecrets = Map.copyOf(totpSecrets);
    appOrigins = List.copyOf(appOrigins);
  }
}

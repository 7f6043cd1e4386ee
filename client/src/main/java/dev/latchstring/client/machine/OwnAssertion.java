package dev.latchstring.client.machine;

import dev.latchstring.client.registration.ClientKey;
import java.util.Map;

/**
 * RFC 7523 §3. An assertion that is made here, with a key whose issuer the authorization server
 * trusts: anew for each request, for its issuer alone, good for one minute and once.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}: whom the token is to be for
 */
public record OwnAssertion(ClientKey key, String issuer, String subject) implements TokenOrigin {
  @Override
  public String read(MachineRequest request) {
    return key.assertion(Map.of("iss", issuer, "sub", subject, "aud", request.at().issuer()), null);
  }

  @Override
  public String where() {
    return "an assertion of " + issuer + " about " + subject;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "OwnAssertion[" + where() + "]";
  }
}

package dev.latchstring.e2e;

import dev.latchstring.cli.demo.PlayedPerson;
import java.net.URI;
import tools.jackson.databind.JsonNode;

/** The person with the phone: opens the address that was shown, signs in, and decides. */
final class Person {
  private Person() {}

  /** Allows what a script's {@code approve} event asks for. */
  static void approves(URI issuer, JsonNode prompt) throws Exception {
    decide(issuer, prompt, "allow");
  }

  /** Denies what a script's {@code deny} event asks for. */
  static void denies(URI issuer, JsonNode prompt) throws Exception {
    decide(issuer, prompt, "deny");
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  private static synchronized void decide(URI issuer, JsonNode prompt, String decision)
      throws Exception {
    URI address = URI.create(prompt.get("verification_uri").asString());
    if (!address.getAuthority().equals(issuer.getAuthority())) {
      throw new AssertionError("the address is not the authorization server's: " + address);
    }
    try (PlayedPerson person = new PlayedPerson(ServeProcess.USERNAME, ServeProcess.PASSWORD)) {
      person.decide(address, prompt.get("user_code").asString(), decision);
    }
  }
}

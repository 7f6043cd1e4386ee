package dev.latchstring.cli.demo;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;

/**
 * The invented people of the demo, with passwords made for this run.
 *
 * @param password of both of them; a secret, though of a server that lives for a minute
 */
record DemoPeople(String password) {
  /** Not at the front desk: may find and book, but read no record. */
  static final String PERSON = "alice";

  /** At the front desk: may read records, too. */
  static final String COLLEAGUE = "frank";

  static DemoPeople of(SecureRandom random) {
    return new DemoPeople(Secrets.newToken(random).replaceAll("[^A-Za-z0-9]", "").substring(0, 12));
  }

  /** For the server's configuration. */
  String yaml() {
    String quoted = Json.write(password);
    return """
    accounts:
      - username: alice
        password: %s
        teams: [billing]
        attributes: { name: Alice Moreau }
      - username: frank
        password: %s
        teams: [front-desk]
        attributes: { name: Frank Okoye }
    """
        .formatted(quoted, quoted);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DemoPeople[" + PERSON + ", " + COLLEAGUE + "]";
  }
}

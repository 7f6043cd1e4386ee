package dev.latchstring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code latch serve} on an empty SQLite database, with as many people as there are connections.
 */
record ChallengeServe(Path latch, int people) implements Program {
  private static final String CONFIGURATION =
      """
      clients:
        - client_id: bench
          client_secret: "0123456789abcdef0123456789abcdef"
          grant_types: [client_credentials, authorization_code, refresh_token]
          scope: "clinic:read"
          first_party: true
      resources:
        - resource: http://localhost:9100/mcp
          scopes: [clinic:read]
          default_scopes: [clinic:read]
      challenge:
        session: 1m
        steps:
          digits: { kind: knowledge, ask: [ssn_last4] }
        contexts:
          - { acr: knowledge, steps: [username, digits], scopes: [clinic:read] }
          - { acr: password, steps: [username, password] }
      accounts:
      """;

  @Override
  public String name() {
    return "latch serve";
  }

  static String username(int person) {
    return "person" + person;
  }

  static String password(int person) {
    return "correct horse battery " + person;
  }

  /** What is on file. */
  static String digits(int person) {
    return "%04d".formatted(person);
  }

  @Override
  public List<String> command(Path directory, int port) throws IOException {
    StringBuilder yaml = new StringBuilder(CONFIGURATION);
    for (int person = 0; person < people; person++) {
      yaml.append(
          "  - { username: %s, password: \"%s\", attributes: { ssn_last4: \"%s\" } }\n"
              .formatted(username(person), password(person), digits(person)));
    }
    Path configuration = Files.writeString(directory.resolve("latchstring.yaml"), yaml);
    return List.of(
        latch.toString(),
        "serve",
        "--config",
        configuration.toString(),
        "--port",
        Integer.toString(port),
        "--data",
        directory.resolve("data").toString());
  }
}

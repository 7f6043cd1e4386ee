package dev.latchstring.mcpclient;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.call.InteractiveLogin;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Alice, and the authorization server that knows her. */
final class FrontDesk {
  private static final String PASSWORD = "correct horse battery staple";

  /** How often she had to do something. */
  final AtomicInteger logins = new AtomicInteger();

  /**
   * Her authorization server, for one MCP server.
   *
   * @param data an empty folder
   */
  static AuthorizationServer authorizationServer(URI issuer, Path data, String resource) {
    String yaml =
        """
        issuer: %s
        port: %d
        data: %s
        device_authorization: { interval: 1s }
        accounts:
          - username: alice
            password: "%s"
            teams: [front-desk]
        resources:
          - resource: %s
            scopes: [clinic:read, clinic:write]
        """
            .formatted(issuer, issuer.getPort(), data, PASSWORD, resource);
    return AuthorizationServer.start(
        ConfigurationReader.parse(yaml, Overrides.of(Map.of())),
        Clock.systemUTC(),
        new SecureRandom());
  }

  /** Logs in with a code, which she enters and allows. */
  InteractiveLogin allows() {
    return decides("allow");
  }

  InteractiveLogin decides(String decision) {
    InteractiveLogin byCode =
        InteractiveLogin.showing(
            code -> {
              try (PlayedPerson person = new PlayedPerson("alice", PASSWORD)) {
                person.decide(code.verificationUri(), code.userCode(), decision);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            approval -> "alice".equals(approval.identity().name()));
    return (account, wanted) -> {
      logins.incrementAndGet();
      byCode.logIn(account, wanted);
    };
  }
}

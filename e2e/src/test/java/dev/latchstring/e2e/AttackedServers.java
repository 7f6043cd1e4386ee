package dev.latchstring.e2e;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two authorization servers with clients, people and issuers of every kind, on a clock that is
 * moved: one whose every grant is tried, and {@code chat}, which redeems the ID-JAGs of the first
 * and wants a nonce in every proof.
 */
final class AttackedServers implements AutoCloseable {
  private static final String RESOURCE = "http://localhost:9100/mcp";
  private static final String VAULT = "http://localhost:9200/mcp";

  private final MovedClock clock;
  private final Path setup;
  private final AuthorizationServer server;
  private final AuthorizationServer chat;

  private AttackedServers(
      MovedClock clock, Path setup, AuthorizationServer server, AuthorizationServer chat) {
    this.clock = clock;
    this.setup = setup;
    this.server = server;
    this.chat = chat;
  }

  static AttackedServers start(Path folder) throws Exception {
    Map<String, ECKey> keys = new LinkedHashMap<>();
    for (String name : new String[] {"client", "stranger", "platform", "idp"}) {
      keys.put(name, key(name));
    }
    int gateway = Ports.free();
    String issuer = "http://localhost:" + Ports.free();
    String chatIssuer = "http://localhost:" + Ports.free();
    MovedClock clock = new MovedClock();
    AuthorizationServer server =
        start(
            folder.resolve("server"),
            clock,
            Files.readString(NodePeers.source("grants/server.yaml"))
                .replace("$GATEWAY", "http://localhost:" + gateway + "/messages"),
            issuer,
            chatIssuer,
            keys);
    try {
      AuthorizationServer chat =
          start(
              folder.resolve("chat"),
              clock,
              Files.readString(NodePeers.source("grants/chat.yaml")),
              chatIssuer,
              issuer,
              keys);
      return new AttackedServers(
          clock, write(folder, issuer, chatIssuer, gateway, keys), server, chat);
    } catch (RuntimeException | IOException e) {
      server.close();
      throw e;
    }
  }

  private static ECKey key(String name) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256)
        .keyID(name + "-1")
        .algorithm(JWSAlgorithm.ES256)
        .generate();
  }

  private static AuthorizationServer start(
      Path data,
      MovedClock clock,
      String template,
      String issuer,
      String other,
      Map<String, ECKey> keys) {
    String yaml =
        template
            .replace("$ISSUER", issuer)
            .replace("$OTHER", other)
            .replace("$DATA", data.toString())
            .replace("$USERNAME", ServeProcess.USERNAME)
            .replace("$PASSWORD", ServeProcess.PASSWORD);
    for (Map.Entry<String, ECKey> key : keys.entrySet()) {
      yaml = yaml.replace("$THUMBPRINT_OF_" + key.getKey(), thumbprint(key.getValue()));
      String set = "{\"keys\": [" + key.getValue().toPublicJWK().toJSONString() + "]}";
      yaml = yaml.replace("$KEYS_OF_" + key.getKey(), set);
    }
    return AuthorizationServer.start(
        ConfigurationReader.parse(yaml, Overrides.of(Map.of())), clock, new SecureRandom());
  }

  /** RFC 7638. */
  private static String thumbprint(ECKey key) {
    try {
      return key.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path write(
      Path folder, String issuer, String chat, int gateway, Map<String, ECKey> keys)
      throws IOException {
    Map<String, Object> jwks = new LinkedHashMap<>();
    keys.forEach((name, key) -> jwks.put(name, key.toJSONObject()));
    Path setup = folder.resolve("setup.json");
    Files.writeString(
        setup,
        Json.write(
            Map.of(
                "issuer",
                issuer,
                "chat",
                chat,
                "gateway",
                gateway,
                "resource",
                RESOURCE,
                "vault",
                VAULT,
                "username",
                ServeProcess.USERNAME,
                "password",
                ServeProcess.PASSWORD,
                "keys",
                jwks)));
    return setup;
  }

  /** What the scripts are told: addresses, the person, private keys. */
  Path setup() {
    return setup;
  }

  void advance(Duration time) {
    clock.advance(time);
  }

  @Override
  public void close() {
    chat.close();
    server.close();
  }
}

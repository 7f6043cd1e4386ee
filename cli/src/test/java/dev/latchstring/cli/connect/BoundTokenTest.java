package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.http.Network;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopNonces;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.TargetUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 9449 §7 and §9: a token that is bound to a key, at a server that asks for nonces. */
class BoundTokenTest {
  private final DpopVerifier verifier =
      new DpopVerifier(
          InstantSource.system(), DpopNonces.ofKey(new byte[32], InstantSource.system()));
  private final Set<String> proofs = new HashSet<>();
  private final List<Integer> answered = new ArrayList<>();
  private HttpServer server;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
    server.createContext("/", this::handle);
    server.start();
    address = URI.create("http://localhost:" + server.getAddress().getPort() + "/mcp");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("DPoP-Nonce", String.valueOf(verifier.nextNonce()));
      int status = 200;
      try {
        List<String> sent = exchange.getRequestHeaders().getOrDefault("DPoP", List.of());
        assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
            .isEqualTo("DPoP the-token");
        var proof =
            verifier.verify(
                sent, exchange.getRequestMethod(), TargetUri.of(address.toString()), "the-token");
        assertThat(proofs.add(proof.jwtId())).isTrue();
      } catch (OAuthException e) {
        status = 401;
        exchange
            .getResponseHeaders()
            .add("WWW-Authenticate", "DPoP error=\"" + e.code().code() + "\"");
      }
      answered.add(status);
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private TokenSource bound() {
    AccessToken token =
        new AccessToken(
            "the-token",
            AccessToken.DPOP,
            address,
            Scope.NONE,
            null,
            new DpopProofs(
                DpopProofs.newKey(new SecureRandom()), InstantSource.system(), new SecureRandom()));
    return new TokenSource() {
      @Override
      public AccessToken token() {
        return token;
      }

      @Override
      public AccessToken rejected(AccessToken rejected) {
        throw new AssertionError("the token was not rejected");
      }
    };
  }

  @Test
  void each_request_has_a_proof_of_its_own_and_a_nonce_is_asked_for_once() throws IOException {
    try (UpstreamHttp http =
        new UpstreamHttp(new Destination(address, Map.of(), Network.ofThisProcess()), bound())) {
      for (int i = 0; i < 3; i++) {
        try (UpstreamHttp.Reply reply =
            http.post("{}".getBytes(UTF_8), Map.of(), new Cancellation())) {
          assertThat(reply.status()).isEqualTo(200);
        }
      }
      try (UpstreamHttp.Reply reply = http.get(Map.of(), new Cancellation())) {
        assertThat(reply.status()).isEqualTo(200);
      }
    }
    assertThat(answered).containsExactly(401, 200, 200, 200, 200);
  }
}

package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An HTTP API behind the filter: its requests are decided by the operation they are for. */
class ApiOperationsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] TEXT = "no JSON at all".getBytes(UTF_8);

  // Written by PUT, read by anything else.
  private final Scene scene =
      Scene.open(
          UnaryOperator.identity(),
          filter ->
              filter.operations(request ->
                  request.getMethod().equals("PUT") ? "book_appointment" : "find_appointments"));

  @AfterEach
  void close() {
    scene.close();
  }

  private Http.Answer send(String method, URI uri, String token) {
    return Http.send(method, uri, TEXT, "Authorization", "Bearer " + token);
  }

  @Test
  void whatever_the_method_and_the_body_the_operation_decides() {
    String reader = scene.token("clinic:read");

    // The servlet of an MCP server knows neither: 4xx and 5xx of its own show that it was asked.
    assertThat(send("PATCH", scene.mcp(), reader).response().headers().map())
        .doesNotContainKey("www-authenticate");
    Http.Answer refused = send("PUT", scene.mcp(), reader);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.challenge("Bearer").error()).isEqualTo("insufficient_scope");
    assertThat(refused.challenge("Bearer").parameter("scope")).contains("clinic:write");
    assertThat(
            send("PUT", scene.mcp(), scene.token("clinic:read clinic:write"))
                .response()
                .headers()
                .map())
        .doesNotContainKey("www-authenticate");
  }

  @Test
  void without_a_token_it_is_told_where_to_get_one() {
    Http.Answer refused = Http.send("PUT", scene.mcp(), TEXT);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.challenge("Bearer").resourceMetadata()).isNotNull();
  }

  @Test
  void a_proof_is_for_the_address_of_its_request_and_no_other() {
    ECKey key = DpopProofs.newKey(RANDOM);
    DpopProofs proofs = new DpopProofs(key, scene.clock, RANDOM);
    String token = scene.token("clinic:read", with("cnf", Map.of("jkt", proofs.keyThumbprint())));
    URI one = URI.create(scene.mcp() + "/patients/7");
    URI another = URI.create(scene.mcp() + "/patients/8");

    assertThat(present(one, token, proofs.proof("GET", one, null, token)).status())
        .as("let through, to where there is no servlet")
        .isEqualTo(404);
    Http.Answer stolen = present(another, token, proofs.proof("GET", one, null, token));
    assertThat(stolen.status()).isEqualTo(401);
    assertThat(stolen.challenge("DPoP").error()).isEqualTo("invalid_dpop_proof");
    assertThat(present(one, token, proofs.proof("GET", scene.mcp(), null, token)).status())
        .isEqualTo(401);
  }

  private static Http.Answer present(URI uri, String token, String proof) {
    return Http.get(uri, "Authorization", "DPoP " + token, "DPoP", proof);
  }
}

package dev.latchstring.authorizationserver.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimsJsonTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  static Stream<AccessTokenClaims> claims() {
    return Stream.of(
        new AccessTokenClaims(
            "https://auth.example",
            "app",
            List.of("https://mcp.example/mcp"),
            "app",
            Scope.NONE,
            "id-1",
            NOW,
            NOW.plusSeconds(600),
            null,
            null,
            List.of(),
            null,
            null,
            List.of(),
            null,
            null,
            null),
        new AccessTokenClaims(
            "https://auth.example",
            "p-1",
            List.of("https://mcp.example/mcp", "https://mcp.example/other"),
            "app",
            Scope.of("a", "b"),
            "id-2",
            NOW,
            NOW.plusSeconds(600),
            NOW.minusSeconds(5),
            "urn:mfa",
            List.of("pwd", "otp"),
            "grant",
            "Zoë \"Z\"",
            List.of("front desk", "ward"),
            Map.of("sub", "gateway", "act", Map.of("sub", "agent")),
            "thumbprint",
            new McpClaims(
                "session",
                List.of("a", "b"),
                Json.readTree("{\"purpose\":{\"n\":[\"x\",null,true]}}"),
                Json.readTree("{}"),
                true)));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void what_was_written_is_read_back_as_others_read_it(AccessTokenClaims claims) throws Exception {
    String payload = new String(ClaimsJson.write(claims), UTF_8);

    assertThat(ClaimsJson.read(payload)).isEqualTo(claims);
    assertThat(AccessTokenClaims.of(JWTClaimsSet.parse(payload))).isEqualTo(claims);
  }
}

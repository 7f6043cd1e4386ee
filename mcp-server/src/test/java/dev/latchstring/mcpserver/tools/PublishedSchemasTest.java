package dev.latchstring.mcpserver.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is published and what is answered is what the schemas in {@code docs/schemas} say. */
class PublishedSchemasTest {
  private static List<?> faults(String schema, Object value) throws IOException {
    Schema read =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(SourceTree.root().resolve("docs/schemas/" + schema)));
    return read.validate(Json.write(value), InputFormat.JSON);
  }

  @Test
  void every_requirement_is_published_by_its_schema() throws IOException {
    Requirement everything =
        Requirement.scopes("a", "b")
            .teams("t", "u")
            .acr("mfa")
            .maxAge(Duration.ofMinutes(5))
            .provider("github");
    for (Requirement requirement :
        List.of(
            everything,
            everything.and(Requirement.anyCaller().teams("v")),
            Requirement.anyCaller(),
            Requirement.nobody())) {
      assertThat(faults("authorization.schema.json", requirement.published())).isEmpty();
    }
    assertThat(faults("authorization.schema.json", Map.of("teams", List.of()))).isNotEmpty();
    assertThat(faults("authorization.schema.json", Map.of("closed", true, "teams", List.of("a"))))
        .isNotEmpty();
  }

  @Test
  void every_refusal_is_told_by_its_schema() throws IOException {
    Scope scope = Scope.of("a", "b");
    for (Decision decision :
        List.of(
            new Decision.LoginNeeded(null, Scope.NONE, List.of(), null),
            new Decision.LoginNeeded("github", scope, List.of("mfa"), Duration.ofMinutes(5)),
            new Decision.InsufficientScope(scope, scope),
            new Decision.InsufficientAuthentication(List.of("mfa"), null, scope),
            new Decision.Refused("no"),
            new Decision.Unavailable("later"))) {
      AuthError error = AuthError.of(decision);
      assertThat(
              faults(
                  "auth-error.schema.json",
                  error
                      .data("https://a.example/.well-known/oauth-protected-resource", "login")
                      .get(AuthError.DATA_KEY)))
          .as("%s", decision)
          .isEmpty();
    }
    assertThat(faults("auth-error.schema.json", Map.of("status", 200))).isNotEmpty();
  }
}

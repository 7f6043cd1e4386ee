package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.testing.SourceTree;
import dev.latchstring.testing.StdioHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host says in the extension {@code dev.latchstring/auth}, in either era. Whatever is
 * answered has to be what {@code docs/schemas} says.
 */
public final class AuthMessages {
  public static final String CAPABILITIES =
      "{\"elicitation\":{\"url\":{},\"form\":{}},\"extensions\":{\"dev.latchstring/auth\":{\"version\":1}}}";

  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

  private final StdioHost host;
  private final boolean stateless;

  public AuthMessages(StdioHost host, boolean stateless) {
    this.host = host;
    this.stateless = stateless;
  }

  /** The whole response; a result, and the params that led to it, are looked at. */
  public JsonNode call(String method, String members) throws Exception {
    JsonNode response = raw(method, members, CAPABILITIES);
    if (response.has("result")) {
      fits(method + "Params", params(members, CAPABILITIES));
      String result =
          switch (method) {
            case "login" -> "flow";
            case "deliver" -> "account";
            case "status" -> members.contains("\"flow\"") ? "flow" : "statusResult";
            default -> method + "Result";
          };
      fits(result, response.path("result").toString());
      assertThat(response.path("result").has("resultType")).isEqualTo(stateless);
    } else if (response.path("error").path("code").asInt() == -31403) {
      JsonNode data = response.path("error").path("data").path("dev.latchstring/auth");
      fits("auth-error", data.toString());
    }
    return response;
  }

  public JsonNode raw(String method, String members, String capabilities) throws Exception {
    return host.call("dev.latchstring/auth." + method, params(members, capabilities));
  }

  private String params(String members, String capabilities) {
    return stateless
        ? StdioHost.stateless(members, capabilities).replace(",\"progressToken\":\"p\"", "")
        : "{" + members + "}";
  }

  /** The members of a delivery. */
  public static String delivery(
      String token, String issuer, String resource, String scope, Instant expiresAt) {
    return JsonRpc.object()
        .put("access_token", token)
        .put("token_type", "Bearer")
        .put("issuer", issuer)
        .put("resource", resource)
        .put("scope", scope)
        .put("expires_at", expiresAt.toString())
        .toString()
        .replaceAll("^\\{|\\}$", "");
  }

  /** The state of the first account. */
  public JsonNode account() throws Exception {
    return call("status", "").path("result").path("accounts").path(0);
  }

  static void fits(String definition, String json) {
    assertThat(schema(definition).validate(json, InputFormat.JSON))
        .as("%s: %s", definition, json)
        .isEmpty();
  }

  private static Schema schema(String definition) {
    return SCHEMAS.computeIfAbsent(
        definition,
        name -> {
          SchemaRegistry registry =
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
          return name.equals("auth-error")
              ? registry.getSchema(read("auth-error.schema.json"))
              : registry.getSchema(only(name));
        });
  }

  /** The extension's schema, of which one definition counts. */
  private static String only(String definition) {
    ObjectNode whole =
        (ObjectNode) java.util.Objects.requireNonNull(parsed(read("auth-extension.schema.json")));
    assertThat(whole.path("$defs").has(definition)).isTrue();
    whole.remove("anyOf");
    whole.put("$id", whole.path("$id").asString() + "?" + definition);
    whole.put("$ref", "#/$defs/" + definition);
    return whole.toString();
  }

  private static @Nullable JsonNode parsed(String json) {
    return JsonRpc.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String read(String file) {
    try {
      return Files.readString(SourceTree.root().resolve("docs/schemas/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

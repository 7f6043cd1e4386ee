package dev.latchstring.examples.gateway;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * {@code latch serve} with the configuration that is shipped, and the gateway as its README starts
 * it: processes of their own, at ports that are free.
 */
final class Processes implements AutoCloseable {
  static final String SECRET = "only for development: gateway";
  static final String ELSEWHERE = "urn:example:elsewhere";
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

  final URI issuer = URI.create("http://localhost:" + Ports.free());
  final URI gateway = URI.create("http://localhost:" + Ports.free() + "/mcp");
  final URI invoices = URI.create("http://localhost:" + Ports.free() + "/mcp");
  private final Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> started = new ArrayList<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();

  Processes(Path folder) throws Exception {
    this.folder = folder;
    Path example = SourceTree.root().resolve("examples/gateway/latch.yaml");
    String shipped =
        Files.readString(example)
            .replace("http://localhost:9500/mcp", gateway.toString())
            .replace("http://localhost:9510/mcp", invoices.toString());
    // A program that people sign in with, and another tool server, which is not ours.
    String configuration =
        "issuer: "
            + issuer
            + "\n"
            + shipped
                .replace(
                    "clients:\n",
                    "clients:\n  - { client_id: host, grant_types: [\"" + DEVICE + "\"] }\n")
                .replace(
                    "call_identities:\n",
                    "call_identities:\n  - { client: gateway, from: \""
                        + gateway
                        + "\", audience: \""
                        + ELSEWHERE
                        + "\" }\n");
    Files.writeString(folder.resolve("latch.yaml"), configuration);
    run(
        "serve",
        Map.of(),
        "dev.latchstring.cli.Latch",
        "serve",
        "--config",
        folder.resolve("latch.yaml").toString(),
        "--data",
        folder.resolve("data").toString());
    await("serve", () -> status(issuer.resolve("/healthz")) == 200);
    run(
        "gateway",
        Map.of("LATCH_CLIENT_ID", "gateway", "LATCH_CLIENT_SECRET", SECRET),
        Main.class.getName(),
        issuer.toString(),
        String.valueOf(gateway.getPort()),
        String.valueOf(invoices.getPort()));
    await("gateway", () -> log("gateway").contains("gateway: MCP server at " + gateway));
  }

  private void run(String name, Map<String, String> environment, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(java(main));
    command.addAll(List.of(arguments));
    ProcessBuilder process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    process.environment().putAll(environment);
    started.add(process.start());
  }

  static List<String> java(String main) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        main);
  }

  /** All that a process has written. */
  String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** The gateway's own process. */
  ProcessHandle gatewayProcess() {
    return started.getLast().toHandle();
  }

  private void await(String name, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(
          name + " to be ready",
          () -> {
            if (!started.getLast().isAlive()) {
              throw new AssertionError(name + " ended:\n" + log(name));
            }
            return condition.call();
          });
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private int status(URI uri) throws InterruptedException {
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** A token of a person's, for the gateway: they sign in once for each scope. */
  synchronized String token(String person, String scope) throws Exception {
    String known = tokens.get(person + " " + scope);
    if (known != null) {
      return known;
    }
    JsonNode asked =
        post(
            "/device_authorization",
            Map.of("client_id", "host", "scope", scope, "resource", gateway.toString()),
            false);
    try (PlayedPerson played = new PlayedPerson(person, "only for development: " + person)) {
      played.decide(
          URI.create(asked.path("verification_uri").asString()),
          asked.path("user_code").asString(),
          "allow");
    }
    String token =
        post(
                "/token",
                Map.of(
                    "grant_type",
                    DEVICE,
                    "client_id",
                    "host",
                    "device_code",
                    asked.path("device_code").asString(),
                    "resource",
                    gateway.toString()),
                false)
            .path("access_token")
            .asString();
    tokens.put(person + " " + scope, token);
    return token;
  }

  static String subject(String token) {
    return Json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]))
        .path("sub")
        .asString();
  }

  /** What the authorization server says to a tool server of who makes a call. */
  String assertion(String token, String audience, String digest) throws Exception {
    return exchanged(
        token,
        Map.of(
            "requested_token_type",
            "urn:latchstring:token-type:call-identity",
            "audience",
            audience,
            "call_digest",
            digest));
  }

  /** The person's token, exchanged by the gateway for one of another resource. */
  String onward(String token, URI resource) throws Exception {
    return exchanged(token, Map.of("resource", resource.toString()));
  }

  private String exchanged(String token, Map<String, String> more) throws Exception {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("grant_type", EXCHANGE);
    form.put("subject_token", token);
    form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
    return post("/token", form, true).path("access_token").asString();
  }

  private JsonNode post(String path, Map<String, String> form, boolean asGateway)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(issuer.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    FormParameters.encode(new LinkedHashMap<>(form))));
    if (asGateway) {
      request.header(
          "Authorization",
          new ClientAuthentication("gateway", SECRET, ClientAuthentication.BASIC).authorization());
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + " answered " + answer.statusCode() + " " + answer.body());
    }
    return Json.readTree(answer.body());
  }

  @Override
  public void close() {
    for (Process process : started.reversed()) {
      process.destroy();
    }
    for (Process process : started) {
      process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }
    http.close();
  }
}

package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.Protocol;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A local MCP server in a process of its own, which takes its token from {@code TEST_TOKEN} and
 * tells what it has. Every process and every call leaves a line in its diary.
 */
public final class TestProgram {
  private static final Pattern NEEDED = Pattern.compile("(jackson|jspecify|latchstring)[^/]*$");

  private final Path diary;
  private final Set<String> ways;
  private final String token = String.valueOf(System.getenv("TEST_TOKEN"));
  private final PrintStream out;

  private TestProgram(Path diary, Set<String> ways, PrintStream out) {
    this.diary = diary;
    this.ways = ways;
    this.out = out;
  }

  /** Its command line. */
  static List<String> command(Path diary, String... ways) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath(),
                TestProgram.class.getName(),
                diary.toString()));
    command.addAll(List.of(ways));
    return command;
  }

  /** Of the tests' own only what it needs: each jar costs time at a start. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith(".jar") || NEEDED.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Its lines in the diary. */
  static List<String> diary(Path diary) throws IOException {
    return Files.exists(diary) ? Files.readAllLines(diary) : List.of();
  }

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Set<String> ways = new TreeSet<>(List.of(args).subList(1, args.length));
    new TestProgram(Path.of(args[0]), ways, out).serve();
  }

  private void serve() throws Exception {
    note("start " + token);
    if (ways.contains("stubborn")) {
      sun.misc.Signal.handle(new sun.misc.Signal("TERM"), signal -> note("SIGTERM"));
    }
    if (ways.contains("garbage")) {
      say("Listening on stdio with " + token);
      System.err.println("my token is " + token + " and " + "x".repeat(100_000));
    }
    if (ways.contains("flood")) {
      for (int i = 0; i < 20_000; i++) {
        say("[" + i + "] not a message");
      }
    }
    LineReader lines = new LineReader(System.in, JsonRpc.MAX_MESSAGE);
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      if (JsonRpc.parse(line.bytes()) instanceof ObjectNode message && message.has("method")) {
        Thread.ofPlatform().daemon().start(() -> answer(message));
      }
    }
    note("end of input");
    while (ways.contains("stubborn")) {
      Thread.sleep(1000);
    }
  }

  private void answer(ObjectNode message) {
    String method = message.path("method").asString();
    JsonNode id = message.get("id");
    ObjectNode params = JsonRpc.objectAt(message, "params");
    boolean stateless = params.path("_meta").has(Protocol.META_VERSION);
    if (id == null) {
      note(method + " " + params.path("requestId"));
      return;
    }
    if (stateless && !ways.contains("stateless")) {
      error(id, -32601, "no such method", null);
      return;
    }
    switch (method) {
      case "initialize" -> initialize(id, params);
      case "server/discover" -> result(id, discovered());
      case "tools/list" -> result(id, tools());
      case "tools/call" -> call(id, params);
      case "logging/setLevel", "resources/subscribe", "resources/unsubscribe" -> {
        note(method + " " + params.path("level").asString(params.path("uri").asString("")));
        result(id, JsonRpc.object());
      }
      case "subscriptions/listen" -> note(method + " " + params.path("notifications"));
      default -> error(id, -32601, "no such method", null);
    }
  }

  private void initialize(JsonNode id, ObjectNode params) {
    if (ways.contains("modern")) {
      error(id, -32601, "speaks 2026-07-28 only", null);
      return;
    }
    note("initialize " + params.path("clientInfo").path("name").asString());
    ObjectNode result =
        JsonRpc.object().put("protocolVersion", params.path("protocolVersion").asString());
    result.setAll(members());
    result(id, result);
  }

  private ObjectNode discovered() {
    ObjectNode result = JsonRpc.object().put("resultType", "complete");
    result.putArray("supportedVersions").add(Protocol.STATELESS);
    return result.setAll(members());
  }

  private static ObjectNode members() {
    ObjectNode members = JsonRpc.object();
    ObjectNode capabilities = members.putObject("capabilities");
    capabilities.putObject("tools").put("listChanged", true);
    capabilities.putObject("resources").put("subscribe", true);
    capabilities.putObject("logging");
    members.putObject("serverInfo").put("name", "test-program").put("version", "1");
    return members;
  }

  private ObjectNode tools() {
    ObjectNode result = JsonRpc.object();
    ArrayNode tools = result.putArray("tools");
    for (String name : List.of("token", "environment", "arguments", "wait", "die", "ask", "big")) {
      tools.addObject().put("name", name).putObject("inputSchema").put("type", "object");
    }
    if (ways.contains("varied")) {
      tools.addObject().put("name", "with-" + token).putObject("inputSchema").put("type", "object");
    }
    return result;
  }

  private void call(JsonNode id, ObjectNode params) {
    String name = params.path("name").asString();
    ObjectNode arguments = JsonRpc.objectAt(params, "arguments");
    note("call " + name + " " + token);
    try {
      switch (name) {
        case "token" -> text(id, token, false);
        case "environment" -> text(id, String.join(" ", System.getenv().keySet()), false);
        case "arguments" ->
            text(id, Files.readString(Path.of("/proc/self/cmdline")).replace('\0', ' '), false);
        case "wait" -> {
          Path file = Path.of(arguments.path("file").asString());
          while (!Files.exists(file)) {
            Thread.sleep(5);
          }
          text(id, token, false);
        }
        case "die" -> Runtime.getRuntime().halt(137);
        case "refused" -> text(id, "Error: 401 Bad credentials", true);
        case "need" -> need(id, arguments.path("scope").asString(), token);
        case "granted" -> need(id, arguments.path("scope").asString(), claims());
        case "ask" -> ask(id);
        case "big" -> text(id, "y".repeat(JsonRpc.MAX_MESSAGE), false);
        default -> error(id, -32602, "no such tool", null);
      }
    } catch (IOException | InterruptedException e) {
      error(id, -32603, e.toString(), null);
    }
  }

  /** What a JWT says. */
  private String claims() {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  private void need(JsonNode id, String scope, String granted) {
    if (granted.contains(scope)) {
      text(id, token, false);
      return;
    }
    ObjectNode data = JsonRpc.object();
    data.putObject(Protocol.AUTH_DATA)
        .put("status", 403)
        .put("error", "insufficient_scope")
        .put("scope", scope);
    error(id, -31403, "needs " + scope, data);
  }

  /** A question to the host, whose answer is not waited for. */
  private void ask(JsonNode id) {
    say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");
    text(id, "asked", false);
  }

  private void text(JsonNode id, String text, boolean error) {
    ObjectNode result = JsonRpc.object().put("isError", error);
    result.putArray("content").addObject().put("type", "text").put("text", text);
    result(id, result);
  }

  private void result(JsonNode id, ObjectNode result) {
    say(JsonRpc.result(id, result).toString());
  }

  private void error(JsonNode id, int code, String message, ObjectNode data) {
    ObjectNode error = JsonRpc.object().put("code", code).put("message", message);
    if (data != null) {
      error.set("data", data);
    }
    say(JsonRpc.object().put("jsonrpc", "2.0").set("id", id).set("error", error).toString());
  }

  private synchronized void say(String line) {
    out.println(line);
    out.flush();
  }

  private synchronized void note(String line) {
    try {
      Files.writeString(diary, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

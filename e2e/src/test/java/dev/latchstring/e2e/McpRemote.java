package dev.latchstring.e2e;

import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code mcp-remote} from npm: a bridge from stdio that logs in by itself. */
final class McpRemote implements AutoCloseable {
  private final Console console;

  private McpRemote(Console console) {
    this.console = console;
  }

  /**
   * Starts it.
   *
   * @param home an empty folder for what it keeps
   */
  static McpRemote start(Path home, URI server, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                NodePeers.node().toString(),
                NodePeers.program("mcp-remote/dist/proxy.js").toString(),
                server.toString(),
                Integer.toString(Ports.free())));
    command.addAll(List.of(options));
    // It opens addresses by itself where it can; here a person reads them.
    return new McpRemote(
        Console.start(
            command,
            Map.of("MCP_REMOTE_CONFIG_DIR", home.toString(), "BROWSER", "true", "DISPLAY", "")));
  }

  /** What it tells the person. */
  Matcher tells(Pattern pattern) throws Exception {
    return console.await(pattern);
  }

  /** What a tool of the clinic answers through it. */
  String finds(String patient) throws Exception {
    console.say(
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
        "capabilities":{},"clientInfo":{"name":"peer","version":"1"}}}\
        """);
    String greeting = answer(1);
    console.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    console.say(
        """
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"find_appointments",\
        "arguments":{"patient":"%s"}}}\
        """
            .formatted(patient));
    return greeting + answer(2);
  }

  private String answer(int id) throws Exception {
    Pattern line = Pattern.compile("(?m)^\\{.*\"id\":" + id + "\\b.*}$");
    return Json.write(Json.readTree(console.await(line).group()));
  }

  @Override
  public void close() {
    console.close();
  }
}

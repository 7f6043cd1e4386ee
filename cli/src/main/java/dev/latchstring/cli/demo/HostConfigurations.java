package dev.latchstring.cli.demo;

import dev.latchstring.oauth.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What to paste into the common MCP hosts, so that they reach a server through {@code latch
 * connect}. Formats as their documentation had them in November 2026.
 */
final class HostConfigurations {
  private HostConfigurations() {}

  /**
   * One host.
   *
   * @param host its name
   * @param where the file to put it in, or the place to type it
   * @param lines what to paste
   */
  record HostConfiguration(String host, String where, List<String> lines) {}

  /**
   * @param command the {@code latch} command, absolute where it is not on the PATH
   * @param name what the host will call the server: letters, digits and dashes
   */
  static List<HostConfiguration> of(String command, String name, URI server) {
    List<String> args = List.of("connect", server.toString());
    String shell = quote(command) + " connect " + quote(server.toString());
    Map<String, Object> plain = ordered("command", command, "args", args);
    Map<String, Object> stdio = ordered("type", "stdio", "command", command, "args", args);
    Map<String, Object> local =
        ordered("type", "local", "command", command, "args", args, "tools", List.of("*"));
    return List.of(
        new HostConfiguration(
            "Claude Code", "in a shell", List.of("claude mcp add " + name + " -- " + shell)),
        new HostConfiguration(
            "Claude Desktop",
            "claude_desktop_config.json (Settings, Developer, Edit Config)",
            json("mcpServers", name, plain)),
        new HostConfiguration("VS Code", ".vscode/mcp.json", json("servers", name, stdio)),
        new HostConfiguration("Cursor", "~/.cursor/mcp.json", json("mcpServers", name, plain)),
        new HostConfiguration(
            "Codex",
            "~/.codex/config.toml",
            List.of(
                "[mcp_servers." + name + "]",
                "command = " + Json.write(command),
                "args = " + toml(args))),
        new HostConfiguration(
            "Gemini CLI", "~/.gemini/settings.json", json("mcpServers", name, plain)),
        new HostConfiguration(
            "Copilot CLI", "~/.copilot/mcp-config.json", json("mcpServers", name, local)));
  }

  private static List<String> json(String section, String name, Map<String, Object> server) {
    Object whole = Map.of(section, Map.of(name, server));
    return Json.mapper()
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(whole)
        .lines()
        .toList();
  }

  /** TOML's basic strings are escaped as JSON's are. */
  private static String toml(List<String> values) {
    return values.stream().map(Json::write).collect(Collectors.joining(", ", "[", "]"));
  }

  /** For a POSIX shell, where it has to be. */
  private static String quote(String word) {
    return word.matches("[A-Za-z0-9_/.:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static SequencedMap<String, Object> ordered(Object... namesAndValues) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}

package dev.latchstring.e2e;

import dev.latchstring.e2e.PhoneCall.Reply;
import java.net.URI;

/** A session with an MCP server over plain HTTP, with a token that is bound to a call's key. */
record McpCall(PhoneCall call, URI mcp, String token, String session) {
  private static final String VERSION = "2025-11-25";

  static McpCall open(PhoneCall call, URI mcp, String token) throws Exception {
    Reply reply =
        call.call(
            mcp,
            token,
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"%s",\
            "capabilities":{},"clientInfo":{"name":"phone-line","version":"1"}}}\
            """
                .formatted(VERSION));
    String session =
        reply
            .response()
            .headers()
            .firstValue("Mcp-Session-Id")
            .orElseThrow(() -> new AssertionError("not opened: " + reply));
    McpCall opened = new McpCall(call, mcp, token, session);
    opened.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return opened;
  }

  /** The same with another token. */
  McpCall with(String other) {
    return new McpCall(call, mcp, other, session);
  }

  /** The same with another's key. */
  McpCall by(PhoneCall other) {
    return new McpCall(other, mcp, token, session);
  }

  /** Calls a tool without arguments. */
  Reply tool(String name) throws Exception {
    return send(
        """
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"%s","arguments":{}}}\
        """
            .formatted(name));
  }

  private Reply send(String json) throws Exception {
    return call.call(mcp, token, json, "Mcp-Session-Id", session, "MCP-Protocol-Version", VERSION);
  }

  @Override
  public String toString() {
    return "McpCall[" + mcp + "]";
  }
}

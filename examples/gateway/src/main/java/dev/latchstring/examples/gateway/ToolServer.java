package dev.latchstring.examples.gateway;

import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.oauth.Scope;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;

/** A server whose tools the gateway offers. */
interface ToolServer extends AutoCloseable {
  /**
   * What the scopes begin with that its tools may ask for: nobody is asked for another server's.
   */
  String scopes();

  /** What it offers, with what each tool requires. */
  List<Tool> tools();

  /**
   * Calls a tool for a person.
   *
   * @param way what the gateway can have in that person's name
   * @param needed the scopes that the tool requires, the most that is asked for
   */
  CallToolResult call(Onward way, Scope needed, CallToolRequest request);

  @Override
  void close();
}

package dev.latchstring.e2e.conformance;

/** What every scenario asks of an MCP client: connect, list the tools, call one. */
interface Conversation extends AutoCloseable {
  void connect() throws Exception;

  /** The name of the first tool. */
  String list() throws Exception;

  void call(String tool) throws Exception;

  @Override
  void close();
}

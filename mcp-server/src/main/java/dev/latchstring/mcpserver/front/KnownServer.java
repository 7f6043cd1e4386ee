package dev.latchstring.mcpserver.front;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is known of a server before it is asked. Safe for use by many threads. */
public interface KnownServer {
  /**
   * What it says of itself, and what it lists. Ready-made text, because the first answer is written
   * before a JSON tree is loaded.
   *
   * @param sessionMembers {@code "capabilities":…,"serverInfo":…} of an {@code initialize} result
   * @param statelessMembers {@code "capabilities":…,"_meta":…} of a {@code server/discover} result
   * @param tools the server's tools, a JSON array
   */
  record Entry(String sessionMembers, String statelessMembers, String tools) {}

  /** Null where nothing is known. */
  @Nullable Entry read();

  /** Keeps what the server says now. */
  void write(Entry entry) throws IOException;
}

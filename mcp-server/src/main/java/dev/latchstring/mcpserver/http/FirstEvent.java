package dev.latchstring.mcpserver.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MCP 2024-11-05, "HTTP with SSE": reads the first event of a stream while it is written. An {@code
 * endpoint} event names the address that messages of this stream's session are sent to, and the
 * session in its query. What does not begin within {@value #MOST} characters is no such event.
 */
final class FirstEvent {
  private static final int MOST = 8192;

  private final Consumer<String> session;
  private final StringBuilder line = new StringBuilder();
  private final StringBuilder data = new StringBuilder();
  private String type = "";
  private int read;
  private int last;
  private volatile boolean over;

  /**
   * @param session is told the query of the address, before its last character is passed on
   */
  FirstEvent(Consumer<String> session) {
    this.session = session;
  }

  /** One character, or one byte: what is looked for is ASCII. */
  void write(int character) {
    if (!over) {
      read(character & 0xFFFF);
    }
  }

  private synchronized void read(int character) {
    boolean second = character == '\n' && last == '\r';
    last = character;
    if (over || second) {
      return;
    }
    over = ++read > MOST;
    if (character != '\n' && character != '\r') {
      line.append((char) character);
      return;
    }
    String whole = line.toString();
    line.setLength(0);
    if (whole.isEmpty()) {
      end();
    } else if (whole.startsWith("event:")) {
      type = value(whole, "event:");
    } else if (whole.startsWith("data:")) {
      data.append(value(whole, "data:"));
    }
  }

  /** A blank line ends an event, and also what was a comment alone. */
  private void end() {
    if (type.isEmpty() && data.isEmpty()) {
      return;
    }
    over = true;
    String query = type.equals("endpoint") ? query(data.toString()) : null;
    if (query != null) {
      session.accept(query);
    }
  }

  private static String value(String line, String field) {
    String value = line.substring(field.length());
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  private static @Nullable String query(String address) {
    int start = address.indexOf('?');
    int end = address.indexOf('#');
    return start < 0 ? null : address.substring(start + 1, end < start ? address.length() : end);
  }
}

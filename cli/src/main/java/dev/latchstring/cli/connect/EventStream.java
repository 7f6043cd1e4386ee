package dev.latchstring.cli.connect;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HTML Living Standard §9.2, server-sent events: reads one stream. An event's data is bounded by
 * {@link JsonRpc#MAX_MESSAGE}; more is an {@link IOException}.
 */
final class EventStream {
  /** The type of an event that names none. */
  static final String MESSAGE = "message";

  private final InputStream in;
  private volatile @Nullable String lastEventId;
  private String type = MESSAGE;
  private long retryMillis = -1;
  private boolean sawReturn;
  private boolean begun;

  EventStream(InputStream in, @Nullable String lastEventId) {
    this.in = new BufferedInputStream(in);
    this.lastEventId = lastEventId;
  }

  /** The data of the next event that has any, or null at the end of the stream. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    boolean any = false;
    String id = lastEventId;
    String named = "";
    for (byte[] line = line(); line != null; line = line()) {
      if (line.length == 0) {
        lastEventId = id;
        if (any && data.size() > 0) {
          type = named.isEmpty() ? MESSAGE : named;
          return data.toByteArray();
        }
        any = false;
        named = "";
        data.reset();
        continue;
      }
      int colon = indexOfColon(line);
      String field = new String(line, 0, colon, StandardCharsets.UTF_8);
      int start = Math.min(line.length, colon + 1);
      start += start < line.length && line[start] == ' ' ? 1 : 0;
      switch (field) {
        case "data" -> {
          if (any) {
            data.write('\n');
          }
          any = true;
          append(data, line, start);
        }
        case "id" -> id = idOf(line, start, id);
        case "event" ->
            named = new String(line, start, line.length - start, StandardCharsets.UTF_8);
        case "retry" ->
            readRetry(new String(line, start, line.length - start, StandardCharsets.UTF_8));
        default -> {
          // comments and what is not known are left out
        }
      }
    }
    return null;
  }

  /** The type of the event that was read last. */
  String type() {
    return type;
  }

  /** Where to go on after a disconnection; null where the server gives no ids. */
  @Nullable String lastEventId() {
    return lastEventId;
  }

  /** How long to wait before a reconnection, in milliseconds; negative where not said. */
  long retryMillis() {
    return retryMillis;
  }

  private static void append(ByteArrayOutputStream data, byte[] line, int start)
      throws IOException {
    if (data.size() + line.length - start > JsonRpc.MAX_MESSAGE) {
      throw new IOException("an event is larger than " + JsonRpc.MAX_MESSAGE + " bytes");
    }
    data.write(line, start, line.length - start);
  }

  private static @Nullable String idOf(byte[] line, int start, @Nullable String previous) {
    String id = new String(line, start, line.length - start, StandardCharsets.UTF_8);
    return id.indexOf('\0') >= 0 || id.length() > 1024 ? previous : id;
  }

  private void readRetry(String text) {
    if (!text.isEmpty() && text.length() <= 7 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      retryMillis = Long.parseLong(text);
    }
  }

  private static int indexOfColon(byte[] line) {
    for (int i = 0; i < line.length; i++) {
      if (line[i] == ':') {
        return i;
      }
    }
    return line.length;
  }

  /** The first line without the byte order mark that may stand before it. */
  private byte[] unmarked(byte[] line) {
    boolean first = !begun;
    begun = true;
    boolean marked =
        first
            && line.length >= 3
            && line[0] == (byte) 0xEF
            && line[1] == (byte) 0xBB
            && line[2] == (byte) 0xBF;
    return marked ? Arrays.copyOfRange(line, 3, line.length) : line;
  }

  /** A line that ends with CR, LF or both; null at the end, where an unfinished line is dropped. */
  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int c = in.read();
      if (c == '\n' && sawReturn) {
        sawReturn = false;
        continue;
      }
      sawReturn = c == '\r';
      if (c < 0) {
        return null;
      }
      if (c == '\n' || c == '\r') {
        return unmarked(line.toByteArray());
      }
      if (line.size() >= JsonRpc.MAX_MESSAGE) {
        throw new IOException("a line is larger than " + JsonRpc.MAX_MESSAGE + " bytes");
      }
      line.write(c);
    }
  }
}

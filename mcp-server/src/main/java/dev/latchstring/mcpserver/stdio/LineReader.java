package dev.latchstring.mcpserver.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * MCP stdio transport: one message per line, at most {@code limit} bytes. Of a longer line the
 * beginning is kept, so that its request can still be answered; the rest is skipped.
 */
public final class LineReader {
  /** One line without its end. */
  public record Line(byte[] bytes, boolean truncated) {
    public boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;

  public LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** The next line, or null at the end of the stream. A last line needs no line end. */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    boolean truncated = false;
    boolean any = false;
    while (true) {
      if (at == end) {
        at = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        if (end == 0) {
          return any ? new Line(line.toByteArray(), truncated) : null;
        }
      }
      any = true;
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      int taken = Math.min(stop - at, limit - line.size());
      truncated |= taken < stop - at;
      line.write(buffer, at, taken);
      boolean finished = stop < end;
      at = finished ? stop + 1 : stop;
      if (finished) {
        return new Line(line.toByteArray(), truncated);
      }
    }
  }
}

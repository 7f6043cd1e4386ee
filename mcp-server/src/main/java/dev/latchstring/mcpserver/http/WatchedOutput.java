package dev.latchstring.mcpserver.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** A stream's bytes, each of which is looked at before it is passed on. */
final class WatchedOutput extends ServletOutputStream {
  private final ServletOutputStream output;
  private final FirstEvent event;

  WatchedOutput(ServletOutputStream output, FirstEvent event) {
    this.output = output;
    this.event = event;
  }

  /** The same for a stream's characters. */
  static Writer of(Writer writer, FirstEvent event) {
    return new FilterWriter(writer) {
      @Override
      public void write(int character) throws IOException {
        event.write(character);
        super.write(character);
      }

      @Override
      public void write(char[] characters, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
          event.write(characters[i]);
        }
        super.write(characters, offset, length);
      }

      @Override
      public void write(String text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
          event.write(text.charAt(i));
        }
        super.write(text, offset, length);
      }
    };
  }

  @Override
  public void write(int octet) throws IOException {
    event.write(octet & 0xFF);
    output.write(octet);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      event.write(bytes[i] & 0xFF);
    }
    output.write(bytes, offset, length);
  }

  @Override
  public boolean isReady() {
    return output.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    output.setWriteListener(listener);
  }

  @Override
  public void flush() throws IOException {
    output.flush();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}

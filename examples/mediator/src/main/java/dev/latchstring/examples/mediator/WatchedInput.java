package dev.latchstring.examples.mediator;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** Standard input whose end, the end of the MCP session on stdio, can be waited for. */
final class WatchedInput extends FilterInputStream {
  private final CountDownLatch ended = new CountDownLatch(1);

  WatchedInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    try {
      return noted(super.read());
    } catch (IOException e) {
      ended.countDown();
      throw e;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return noted(super.read(bytes, offset, length));
    } catch (IOException e) {
      ended.countDown();
      throw e;
    }
  }

  private int noted(int read) {
    if (read < 0) {
      ended.countDown();
    }
    return read;
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }
}

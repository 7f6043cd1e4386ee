package dev.latchstring.mcpserver.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Takes in, and forgets, what a refused request still sends: at most {@value #MOST} bytes within
 * {@value #MILLISECONDS} milliseconds, on no thread.
 *
 * <p>Closing a connection with bytes unread resets it, and a client that is still sending a large
 * call would see the reset in place of the challenge that tells it to log in.
 */
final class UnreadBody implements ReadListener, AsyncListener {
  private static final int MOST = 4 * 1024 * 1024;
  private static final int MILLISECONDS = 5_000;

  private final ServletInputStream in;
  private final AsyncContext context;
  private final byte[] buffer = new byte[16 * 1024];
  private int left = MOST;
  private boolean over;

  private UnreadBody(ServletInputStream in, AsyncContext context) {
    this.in = in;
    this.context = context;
  }

  /** Sends the response and ends the exchange once the body is taken in. */
  static void discard(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ServletInputStream in = request.getInputStream();
    if (!request.getMethod().equals("POST") || in.isFinished() || !request.isAsyncSupported()) {
      return;
    }
    response.flushBuffer();
    AsyncContext context = request.startAsync();
    context.setTimeout(MILLISECONDS);
    UnreadBody unread = new UnreadBody(in, context);
    context.addListener(unread);
    in.setReadListener(unread);
  }

  @Override
  public void onDataAvailable() {
    try {
      while (in.isReady() && !in.isFinished() && !over) {
        left -= Math.max(0, in.read(buffer));
        if (left <= 0) {
          end();
        }
      }
    } catch (IOException e) {
      // Whoever sent it is gone.
      end();
    }
  }

  @Override
  public void onAllDataRead() {
    end();
  }

  @Override
  public void onError(Throwable broken) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  private void end() {
    if (!over) {
      over = true;
      context.complete();
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {}
}

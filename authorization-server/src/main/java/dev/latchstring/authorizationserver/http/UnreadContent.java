package dev.latchstring.authorizationserver.http;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes in, and forgets, what a refused request still sends: at most {@value #MOST} bytes, on no
 * thread.
 *
 * <p>Closing a connection with bytes unread resets it, and a client that is still sending would see
 * the reset in place of the answer that says what was wrong.
 */
final class UnreadContent extends Handler.Wrapper {
  private static final int MOST = 4 * 1024 * 1024;

  UnreadContent(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(
        request,
        response,
        Callback.from(
            () -> {
              if (response.getStatus() < 400) {
                callback.succeeded();
              } else {
                new Discarding(request, callback).run();
              }
            },
            callback::failed));
  }

  private static final class Discarding implements Runnable {
    private final Request request;
    private final Callback callback;
    private int left = MOST;

    Discarding(Request request, Callback callback) {
      this.request = request;
      this.callback = callback;
    }

    @Override
    public void run() {
      Content.Chunk chunk;
      do {
        chunk = request.read();
        if (chunk == null) {
          request.demand(this);
          return;
        }
        left -= chunk.remaining();
        chunk.release();
      } while (left > 0 && !chunk.isLast() && !Content.Chunk.isFailure(chunk));
      callback.succeeded();
    }
  }
}

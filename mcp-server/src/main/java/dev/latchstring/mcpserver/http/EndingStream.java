package dev.latchstring.mcpserver.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.time.Duration;

/**
 * A response that may stay open, but no longer than the token that opened it. At its end the stream
 * is closed in good order, and a client opens the next one with the token it has by then.
 */
final class EndingStream implements AsyncContext {
  private final AsyncContext stream;
  private final long mostMillis;

  EndingStream(AsyncContext stream, Duration most) {
    this.stream = stream;
    this.mostMillis = Math.max(1, most.toMillis());
    stream.setTimeout(
        Math.min(stream.getTimeout() <= 0 ? mostMillis : stream.getTimeout(), mostMillis));
    stream.addListener(new Completing());
  }

  /** Zero, which means for ever, means until the token ends. */
  @Override
  public void setTimeout(long millis) {
    stream.setTimeout(millis <= 0 ? mostMillis : Math.min(millis, mostMillis));
  }

  @Override
  public long getTimeout() {
    return stream.getTimeout();
  }

  @Override
  public ServletRequest getRequest() {
    return stream.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return stream.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return stream.hasOriginalRequestAndResponse();
  }

  @Override
  public void dispatch() {
    stream.dispatch();
  }

  @Override
  public void dispatch(String path) {
    stream.dispatch(path);
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    stream.dispatch(context, path);
  }

  @Override
  public void complete() {
    stream.complete();
  }

  @Override
  public void start(Runnable run) {
    stream.start(run);
  }

  @Override
  public void addListener(AsyncListener listener) {
    stream.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    stream.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return stream.createListener(type);
  }

  /** Without it a container would take the end of the time for a fault. */
  private record Completing() implements AsyncListener {
    @Override
    public void onTimeout(AsyncEvent event) {
      event.getAsyncContext().complete();
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}

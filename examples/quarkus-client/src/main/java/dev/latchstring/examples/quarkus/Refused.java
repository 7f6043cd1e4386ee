package dev.latchstring.examples.quarkus;

import dev.latchstring.client.call.Sent;
import java.net.http.HttpHeaders;

/** A 401 or 403, of which {@link AuthorizedCalls} finds out what can be done. */
@SuppressWarnings("serial") // It never leaves the process.
final class Refused extends RuntimeException {
  private final Sent sent;
  private final int status;
  private final HttpHeaders headers;

  Refused(Sent sent, int status, HttpHeaders headers) {
    super("the server answered " + status);
    this.sent = sent;
    this.status = status;
    this.headers = headers;
  }

  Sent sent() {
    return sent;
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }
}

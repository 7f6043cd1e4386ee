package dev.latchstring.oauth.fetch;

import java.io.IOException;

/** An answer whose HTTP status is not the one that brings a document. */
public final class FetchStatusException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  FetchStatusException(int status) {
    super("answered with HTTP status " + status);
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** RFC 9110 §15.6 and §15.5.20: whether the host is in trouble rather than sure of its answer. */
  public boolean isTransient() {
    return status >= 500 || status == 429 || status == 408;
  }
}

package dev.latchstring.client.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;

/**
 * An HTTP response whose body was read whole.
 *
 * @param body empty where it is an event stream, which is not read
 */
public record Reply(URI uri, int status, HttpHeaders headers, byte[] body) {
  public boolean isOk() {
    return status >= 200 && status < 300;
  }

  /** Whether the server answers at all but cannot serve now: 429 and 5xx. */
  public boolean isTemporary() {
    return status == 429 || status >= 500;
  }

  /** RFC 9110 §8.3.1: the media type without parameters, in lower case; empty where not given. */
  public String mediaType() {
    String type = headers.firstValue("Content-Type").orElse("");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /** RFC 6839 §3.1: {@code application/json} or a type that ends in {@code +json}. */
  public boolean isJson() {
    return mediaType().equals("application/json") || mediaType().endsWith("+json");
  }

  /** Without body and headers, which may hold secrets. */
  @Override
  public String toString() {
    return "Reply[" + status + " from " + uri.getHost() + "]";
  }
}

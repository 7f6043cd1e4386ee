package dev.latchstring.examples.voice.telephone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a platform posted: {@code application/x-www-form-urlencoded} of at most {@value #MAX_BYTES}
 * bytes and {@value #MAX_PARAMETERS} parameters. It is read whole before the signature is checked,
 * for the signature is over all of it. None of it is shown by toString.
 *
 * @param parameters every value of each name, in their order
 */
record PostedForm(Map<String, List<String>> parameters) {
  static final int MAX_BYTES = 16 * 1024;
  static final int MAX_PARAMETERS = 200;

  /** A body that is no form, or too large. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Unreadable(int status) {
      super("HTTP status " + status, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * @throws Unreadable 415 for another type, 413 for too much, 400 for what is no form
   */
  static PostedForm read(@Nullable String contentType, InputStream body)
      throws IOException, Unreadable {
    if (contentType == null
        || !contentType
            .split(";", 2)[0]
            .strip()
            .equalsIgnoreCase("application/x-www-form-urlencoded")) {
      throw new Unreadable(415);
    }
    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new Unreadable(413);
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    int count = 0;
    for (String pair : new String(bytes, UTF_8).split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > MAX_PARAMETERS) {
        throw new Unreadable(413);
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.computeIfAbsent(decoded(name), any -> new ArrayList<>()).add(decoded(value));
    }
    return new PostedForm(parameters);
  }

  private static String decoded(String text) throws Unreadable {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Unreadable(400);
    }
  }

  /** The value of a parameter; empty where it is missing. */
  String value(String name) {
    List<String> values = parameters.get(name);
    return values == null ? "" : values.getFirst();
  }

  /** Whether a parameter comes more than once. */
  boolean repeats() {
    return parameters.values().stream().anyMatch(values -> values.size() > 1);
  }

  @Override
  public String toString() {
    return "PostedForm[" + parameters.size() + " parameters]";
  }
}

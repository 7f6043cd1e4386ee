package dev.latchstring.mcpserver.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** A request's body: JSON in UTF-8, not compressed, of a bounded length, held in memory. */
final class PostedBody {
  private PostedBody() {}

  /**
   * @throws Refusal 415 where it is something else, 413 where it is longer
   */
  static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
    if (!isJson(request)) {
      throw Refusal.jsonRpc(
          415,
          Refusal.INVALID_REQUEST,
          "the body must be application/json in UTF-8, as it is",
          null);
    }
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLong(maxBytes);
    }
    try (InputStream in = request.getInputStream()) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw tooLong(maxBytes);
      }
      return bytes;
    }
  }

  private static boolean isJson(HttpServletRequest request) {
    String type = request.getContentType();
    String charset = request.getCharacterEncoding();
    return type != null
        && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")
        && (charset == null || charset.toLowerCase(Locale.ROOT).equals("utf-8"))
        && request.getHeader("Content-Encoding") == null;
  }

  private static Refusal tooLong(int maxBytes) {
    return Refusal.jsonRpc(
        413, Refusal.INVALID_REQUEST, "the body is longer than " + maxBytes + " bytes", null);
  }
}

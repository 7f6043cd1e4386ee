package dev.latchstring.authorizationserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a request: of the media type that is expected, and no longer than allowed. */
final class RequestBody {
  private RequestBody() {}

  /**
   * @param mediaType the only media type, lower case
   * @param limit the most bytes
   * @throws OAuthException {@code invalid_request} for another type, another charset or more bytes
   */
  static byte[] read(HttpServletRequest request, String mediaType, int limit) throws IOException {
    if (Collections.list(request.getHeaders("Content-Type")).size() > 1) {
      throw invalid("there is more than one Content-Type");
    }
    requireType(request.getContentType(), mediaType);
    if (request.getHeader("Content-Encoding") != null) {
      throw invalid("a Content-Encoding is not understood here; send the body as it is");
    }
    long length = request.getContentLengthLong();
    if (length > limit) {
      throw tooLong(limit);
    }
    byte[] body = request.getInputStream().readNBytes(length >= 0 ? (int) length : limit + 1);
    if (body.length > limit) {
      throw tooLong(limit);
    }
    return body;
  }

  /** The bytes as UTF-8 text; anything else is {@code invalid_request}. */
  static String text(byte[] body) {
    for (byte b : body) {
      if (b < 0) {
        return decode(body);
      }
    }
    return new String(body, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static String decode(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("the body is not UTF-8");
    }
  }

  private static void requireType(@Nullable String contentType, String mediaType) {
    if (mediaType.equals(contentType)) {
      return;
    }
    if (contentType == null) {
      throw invalid("the request needs Content-Type: " + mediaType);
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(mediaType)) {
      throw invalid("the request needs Content-Type: " + mediaType);
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        throw invalid("the only charset that is understood is UTF-8");
      }
    }
  }

  private static OAuthException tooLong(int limit) {
    return invalid("the body is longer than " + limit + " bytes");
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

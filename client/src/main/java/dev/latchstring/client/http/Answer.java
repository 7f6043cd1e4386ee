package dev.latchstring.client.http;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.message.ErrorResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an OAuth endpoint answered: what was asked for, or a refusal by RFC 6749 §5.2.
 *
 * @param <T> the message of a success
 */
public sealed interface Answer<T> {
  /** A success. */
  record Granted<T>(T message) implements Answer<T> {
    /** Without the message, which may hold secrets. */
    @Override
    public String toString() {
      return "Granted[]";
    }
  }

  /**
   * A refusal in OAuth's own words.
   *
   * @param error the code as it came, at most 100 characters
   */
  record Refused<T>(String error, @Nullable String description) implements Answer<T> {
    public boolean is(ErrorCode code) {
      return error.equals(code.code());
    }

    /** The refusal as a problem, with the server's own words quoted. */
    public ClientException as(Problem problem, String what, @Nullable String hint) {
      return new ClientException(
          problem,
          what
              + ": the authorization server answered "
              + ServerText.clean(error, 100)
              + (description == null ? "" : ", " + ServerText.quote(description)),
          hint);
    }
  }

  /**
   * Reads an answer. A refusal counts as one whatever its status, for some servers send it with 200
   * or 429; {@code server_error} and {@code temporarily_unavailable} are no decision.
   *
   * @param what the endpoint, for messages
   * @throws ClientException {@link Problem#NETWORK} where the server cannot serve now; {@link
   *     Problem#METADATA_INVALID} where the answer is not OAuth's
   */
  static <T> Answer<T> read(String what, Reply reply, Class<T> type) {
    ErrorResponse error = error(reply);
    if (error != null && error.error() != null && !isTemporary(error.error())) {
      return new Refused<>(error.error(), error.errorDescription());
    }
    if (reply.isTemporary() || (error != null && error.error() != null)) {
      throw new ClientException(
          Problem.NETWORK,
          "the " + what + " at " + place(reply.uri()) + " answered " + reply.status(),
          "try again later");
    }
    if (reply.status() >= 300 && reply.status() < 400) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the " + what + " at " + place(reply.uri()) + " redirects, which it may not",
          "ask the server's operator to name the final address in the metadata");
    }
    if (!reply.isOk()) {
      throw notOAuth(what, reply);
    }
    try {
      return new Granted<>(Json.read(reply.body(), type));
    } catch (JsonException e) {
      throw notOAuth(what, reply);
    }
  }

  private static boolean isTemporary(String error) {
    return error.equals(ErrorCode.SERVER_ERROR.code())
        || error.equals(ErrorCode.TEMPORARILY_UNAVAILABLE.code());
  }

  private static @Nullable ErrorResponse error(Reply reply) {
    try {
      return Json.read(reply.body(), ErrorResponse.class);
    } catch (JsonException e) {
      return null;
    }
  }

  private static ClientException notOAuth(String what, Reply reply) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the "
            + what
            + " at "
            + place(reply.uri())
            + " answered "
            + reply.status()
            + " with what is no OAuth message (RFC 6749 section 5)",
        "check that the metadata names the right address");
  }

  private static String place(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}

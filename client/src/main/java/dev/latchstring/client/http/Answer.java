package dev.latchstring.client.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an OAuth endpoint answered: what was asked for, or a refusal by RFC 6749 §5.2.
 *
 * @param <T> the message of a success
 */
public sealed interface Answer<T> {
  /** The most characters of an {@code auth_session}. */
  int MAX_SESSION = 4096;

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
   * @param authSession draft-ietf-oauth-first-party-apps-04 §6.2: what the person continues from
   *     who has to prove something again; a secret; null where there is none
   */
  record Refused<T>(String error, @Nullable String description, @Nullable String authSession)
      implements Answer<T> {
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

    /** Without the session. */
    @Override
    public String toString() {
      return "Refused[" + ServerText.clean(error, 100) + "]";
    }
  }

  /**
   * Reads an answer. A refusal counts as one with any status below 500, for some servers send it
   * with 200 or 429; {@code server_error}, {@code temporarily_unavailable} and whatever comes with
   * a 5xx, which a broken gateway may have written, are no decision.
   *
   * @param what the endpoint, for messages
   * @throws ClientException {@link Problem#NETWORK} where the server cannot serve now; {@link
   *     Problem#METADATA_INVALID} where the answer is not OAuth's
   */
  static <T> Answer<T> read(String what, Reply reply, Class<T> type) {
    Refusal error = error(reply);
    if (error != null
        && error.error() != null
        && reply.status() < 500
        && !isTemporary(error.error())) {
      return new Refused<>(error.error(), error.description(), session(error.authSession()));
    }
    if (reply.isTemporary() || (error != null && error.error() != null)) {
      Duration later = reply.retryAfter();
      throw new ClientException(
              Problem.NETWORK,
              "the " + what + " at " + place(reply.uri()) + " answered " + reply.status(),
              later == null || later.isZero()
                  ? "try again later"
                  : "try again in " + later.toSeconds() + " seconds")
          .retryAfter(later);
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

  /** One that cannot be sent back is none. */
  private static @Nullable String session(@Nullable String session) {
    return session != null
            && session.length() <= MAX_SESSION
            && session.chars().allMatch(c -> c > 0x20 && c < 0x7F)
        ? session
        : null;
  }

  /** RFC 6749 §5.2, with what first-party applications add. */
  record Refusal(
      @JsonProperty("error") @Nullable String error,
      @JsonProperty("error_description") @Nullable String description,
      @JsonProperty("auth_session") @Nullable String authSession) {
    /** Without the session. */
    @Override
    public String toString() {
      return "Refusal[]";
    }
  }

  private static @Nullable Refusal error(Reply reply) {
    try {
      return Json.read(reply.body(), Refusal.class);
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

package dev.latchstring.client.challenge;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The challenge profile, "What comes back": one answer of the endpoint. What it is follows from its
 * {@code error}, never from its status.
 *
 * @param code of a success; a secret
 * @param error null of a success
 * @param description fit to be shown
 * @param authSession a secret; null where the one before stays
 * @param step the member as it came
 * @param expiresIn of the {@code requestUri}
 * @param retryAfter null where not told
 */
record ChallengeReply(
    @Nullable String code,
    @Nullable String error,
    @Nullable String description,
    @Nullable String authSession,
    @Nullable JsonNode step,
    @Nullable String requestUri,
    @Nullable Duration expiresIn,
    @Nullable Duration retryAfter) {
  private static final int MAX_CODE = 4096;
  private static final int MAX_REQUEST_URI = 2048;

  /** A reply without a word of OAuth whose status says that the server cannot now. */
  static final String BUSY = "temporarily_unavailable";

  /**
   * @throws ClientException {@link Problem#METADATA_INVALID} where it is not of the profile
   */
  static ChallengeReply read(Reply reply) {
    JsonNode json = tree(reply);
    String error = json == null ? null : StepReader.text(json, "error");
    if (json == null || (error == null && !reply.isOk())) {
      if (reply.isTemporary()) {
        return new ChallengeReply(null, BUSY, null, null, null, null, null, retryAfter(reply));
      }
      throw invalid(reply, "what is no message of the challenge profile");
    }
    Duration inBody = StepReader.seconds(json, "retry_after");
    return new ChallengeReply(
        error == null ? code(reply, json) : null,
        error == null ? null : ServerText.clean(error, 100),
        StepReader.shown(json, "error_description", 200),
        visible(reply, "auth_session", StepReader.text(json, "auth_session"), Answer.MAX_SESSION),
        json.get("step"),
        visible(reply, "request_uri", StepReader.text(json, "request_uri"), MAX_REQUEST_URI),
        StepReader.seconds(json, "expires_in"),
        inBody == null ? retryAfter(reply) : inBody);
  }

  private static @Nullable JsonNode tree(Reply reply) {
    try {
      JsonNode json = Json.readTree(reply.body());
      return json.isObject() ? json : null;
    } catch (JsonException e) {
      return null;
    }
  }

  private static String code(Reply reply, JsonNode json) {
    String code =
        visible(reply, "authorization_code", StepReader.text(json, "authorization_code"), MAX_CODE);
    if (code == null) {
      throw invalid(reply, "neither an authorization_code nor an error");
    }
    return code;
  }

  private static @Nullable String visible(
      Reply reply, String member, @Nullable String value, int most) {
    if (value == null) {
      return null;
    }
    if (value.isEmpty()
        || value.length() > most
        || !value.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw invalid(reply, "a " + member + " that cannot be");
    }
    return value;
  }

  /** RFC 9110 §10.2.3, in seconds. */
  private static @Nullable Duration retryAfter(Reply reply) {
    return reply
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("[0-9]{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .orElse(null);
  }

  private static ClientException invalid(Reply reply, String what) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the authorization challenge endpoint at "
            + reply.uri().getHost()
            + " answered "
            + reply.status()
            + " with "
            + what,
        "ask the authorization server's operator to correct it");
  }

  /** The error alone. */
  @Override
  public String toString() {
    return "ChallengeReply[error=" + error + "]";
  }
}

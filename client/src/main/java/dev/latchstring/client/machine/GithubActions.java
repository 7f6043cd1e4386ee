package dev.latchstring.client.machine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Reply;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * GitHub Actions, "OpenID Connect": the id token of a job, made for the authorization server. The
 * job needs {@code permissions: id-token: write}; the runner then sets the two variables that this
 * reads.
 *
 * @param address where the runner gives id tokens
 * @param bearer what it gives them for: a secret
 */
public record GithubActions(URI address, String bearer) implements TokenOrigin {
  private static final String ADDRESS = "ACTIONS_ID_TOKEN_REQUEST_URL";
  private static final String BEARER = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

  /**
   * Of the job that this runs in; empty where it is none that may have an id token.
   *
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where the address is none
   */
  public static Optional<GithubActions> of(Map<String, String> environment) {
    String address = environment.getOrDefault(ADDRESS, "");
    String bearer = environment.getOrDefault(BEARER, "");
    if (address.isEmpty() || bearer.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(address);
      if (HttpsUri.isHttpsOrLoopback(uri)) {
        return Optional.of(new GithubActions(uri, bearer));
      }
    } catch (IllegalArgumentException e) {
      throw new ClientException(Problem.CREDENTIAL_UNAVAILABLE, ADDRESS + " is no URL", null, e);
    }
    throw TokenText.unusable(ADDRESS + " is no https URL", "unset it; the runner sets it right");
  }

  /** Whether a job of GitHub Actions runs here, may it have an id token or not. */
  static boolean isHere(Map<String, String> environment) {
    return environment.getOrDefault("GITHUB_ACTIONS", "").equals("true");
  }

  /** What makes its id token what this machine logs in with. */
  static String hint(Map<String, String> environment) {
    return environment.getOrDefault(BEARER, "").isEmpty()
        ? "give this job permissions: id-token: write, without which GitHub makes it no id token"
        : "name it, with --flow workload_identity or LATCH_FLOW: then GitHub's id token of this job"
            + " is taken";
  }

  @Override
  public String where() {
    return "GitHub's id token of this job";
  }

  @Override
  public String read(MachineRequest request) {
    String separator = address.getRawQuery() == null ? "?" : "&";
    URI asked =
        URI.create(
            address + separator + "audience=" + FormParameters.encode(request.at().issuer()));
    Reply reply = request.http().get(asked, Map.of("Authorization", "Bearer " + bearer));
    if (reply.isTemporary()) {
      throw new ClientException(
          Problem.NETWORK, "GitHub gave no id token now: it answered " + reply.status(), null);
    }
    String token = reply.isOk() ? value(reply) : null;
    if (token == null) {
      throw TokenText.unusable(
          "GitHub gave this job no id token: it answered " + reply.status(),
          "give the job permissions: id-token: write");
    }
    return TokenText.of(token, where());
  }

  private static @Nullable String value(Reply reply) {
    try {
      return Json.read(reply.body(), IdToken.class).value();
    } catch (JsonException e) {
      return null;
    }
  }

  private record IdToken(@JsonProperty("value") @Nullable String value) {
    /** Without the token. */
    @Override
    public String toString() {
      return "IdToken[]";
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "GithubActions[]";
  }
}

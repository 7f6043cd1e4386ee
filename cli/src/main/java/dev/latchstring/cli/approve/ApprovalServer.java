package dev.latchstring.cli.approve;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * The authorization server, as a program of the person's speaks to it: {@code /approvals/requests}
 * and {@code /approvals/device} below the issuer.
 */
final class ApprovalServer implements AutoCloseable {
  private static final String REQUESTS = "/approvals/requests";
  private static final String DEVICE = "/approvals/device";

  private final String issuer;
  private final TokenSource tokens;
  private final String howToLogIn;
  private final Http http;

  /**
   * @param howToLogIn the command that gets a login which may approve
   */
  ApprovalServer(String issuer, TokenSource tokens, String howToLogIn, Network network) {
    this.http = new Http(network);
    this.issuer = issuer;
    this.tokens = tokens;
    this.howToLogIn = howToLogIn;
  }

  /** What waits for whom. */
  record Waiting(String person, List<Asked> requests) {}

  Waiting waiting() {
    JsonNode answer = read(send("GET", at(REQUESTS), headers -> http.get(at(REQUESTS), headers)));
    List<Asked> requests = new ArrayList<>();
    answer.path("approvals").forEach(entry -> requests.add(Asked.of(entry)));
    return new Waiting(ServerText.clean(answer.path("person").asString(""), 100), requests);
  }

  /** Answers with a number; the state it is in then. */
  String approve(String approval, String number) {
    return state(REQUESTS, Map.of("approval", approval, "decision", "approve", "number", number));
  }

  String deny(String approval) {
    return state(REQUESTS, Map.of("approval", approval, "decision", "deny"));
  }

  /** What a device login asks for. */
  Asked device(String userCode) {
    return Asked.of(read(post(DEVICE, Map.of("user_code", userCode))));
  }

  String decideDevice(String userCode, boolean allow) {
    return state(DEVICE, Map.of("user_code", userCode, "decision", allow ? "allow" : "deny"));
  }

  private String state(String path, Map<String, String> form) {
    return read(post(path, form)).path("state").asString("");
  }

  private Reply post(String path, Map<String, String> form) {
    return send(
        "POST",
        at(path),
        headers -> http.postForm(at(path), new LinkedHashMap<>(form), null, headers));
  }

  private URI at(String path) {
    return URI.create(issuer + path);
  }

  /**
   * RFC 6750 §3.1: another token is tried once where the first is not taken any more; RFC 9449 §9:
   * so is another proof, where the server wants one with its nonce.
   */
  private Reply send(String method, URI target, Function<Map<String, String>, Reply> request) {
    try {
      AccessToken token = tokens.token();
      Reply reply = request.apply(token.headers(method, target, null));
      String nonce = reply.headers().firstValue("DPoP-Nonce").orElse(null);
      if (reply.status() == 401 && nonce != null) {
        reply = request.apply(token.headers(method, target, nonce));
      }
      return reply.status() == 401
          ? request.apply(tokens.rejected(token).headers(method, target, nonce))
          : reply;
    } catch (ClientException e) {
      if (e.problem() == Problem.LOGIN_REQUIRED) {
        throw new CommandFailure(
            ExitStatus.LOGIN_REQUIRED, e.description(), "run " + howToLogIn, e);
      }
      throw e;
    }
  }

  private JsonNode read(Reply reply) {
    JsonNode json = json(reply);
    if (reply.isOk() && json.isObject()) {
      return json;
    }
    String error = json.path("error").asString("");
    String said = ServerText.clean(json.path("error_description").asString(""), 200);
    throw switch (error) {
      case "invalid_token", "insufficient_scope" ->
          new CommandFailure(
              ExitStatus.LOGIN_REQUIRED,
              "the login at " + issuer + " may not approve anything: " + said,
              "run " + howToLogIn);
      case "invalid_grant" ->
          new CommandFailure(
              ExitStatus.NOT_LOGGED_IN,
              "this code does not work: " + said,
              "compare it with the device, or start again there for a new code");
      case "access_denied" -> new CommandFailure(ExitStatus.NOT_LOGGED_IN, said, null);
      case "temporarily_unavailable" ->
          new CommandFailure(ExitStatus.NETWORK, said, "try again after that");
      default ->
          error.isEmpty() || reply.status() == 404
              ? noSuchServer(reply)
              : new CommandFailure(ExitStatus.SERVER, issuer + " refused: " + said, null);
    };
  }

  private CommandFailure noSuchServer(Reply reply) {
    return reply.isTemporary()
        ? new CommandFailure(
            ExitStatus.NETWORK, issuer + " answered " + reply.status(), "try again later")
        : new CommandFailure(
            ExitStatus.SERVER,
            issuer + " takes no approvals from programs: it answered " + reply.status(),
            "check the address; approve in a browser if it has pages for that");
  }

  private static JsonNode json(Reply reply) {
    try {
      return Json.readTree(reply.body());
    } catch (JsonException e) {
      return Json.readTree("{}");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}

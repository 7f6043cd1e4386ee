package dev.latchstring.examples.mediator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** An authorization server, the points, a gateway for text messages, and people who sign in. */
final class Harbor implements AutoCloseable {
  static final String PASSWORD_ACR = "urn:latchstring:acr:password";
  static final String SMS_ACR = "urn:example:acr:sms";
  static final String APPROVAL_ACR = "urn:example:acr:approval";
  static final String CORRECT_HORSE = "correct horse";

  /** Of "correct horse", with the least memory and one pass. */
  private static final String HASH =
      "$argon2id$v=19$m=8,t=1,p=1$Y2hlYXAtdGVzdC1zYWx0IQ"
          + "$QogpoIljiCVomB7hr0dHPb0eUgf4nUMI9kXcG5XerU4";

  private static final String YAML =
      """
      port: 0
      data: %s
      clients:
        - client_id: mediator
          client_name: Harbor Points for assistants
          client_secret: "mediator-secret-0123456789"
          first_party: true
        - client_id: mediator-app
          first_party: true
        - client_id: desk
          client_secret: "desk-secret-0123456789012"
          first_party: true
        - client_id: approver
          client_secret: "approver-secret-0123456789"
          first_party: true
          scope: "approvals"
        - client_id: auditor
          client_secret: "auditor-secret-0123456789"
          grant_types: []
      accounts:
        - { username: anna, password_hash: "%s", attributes: { phone_number: "+14155550142" } }
        - { username: bob, password_hash: "%s" }
        - { username: carla, password_hash: "%s" }
        - { username: dora, password_hash: "%s" }
        - { username: erik, password_hash: "%s", attributes: { phone_number: "+14155550188" } }
      challenge:
        contexts:
          - { acr: "urn:latchstring:acr:password", steps: [username, password] }
          - { acr: "urn:example:acr:sms", steps: [username, password, sms] }
          - { acr: "urn:example:acr:approval", steps: [username, approval] }
      delivery:
        sms: { url: "http://localhost:%d/messages", include_code: true }
      """;

  final AuthorizationServer server;
  final PointsService points;
  private final HttpServer gateway;
  private final Map<String, BlockingQueue<String>> texts = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  Harbor(Path data) throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/messages",
        exchange -> {
          JsonNode message = Json.readTree(exchange.getRequestBody().readAllBytes());
          texts(message.path("to").asString()).add(message.path("code").asString());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    gateway.start();
    server =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                YAML.formatted(data, HASH, HASH, HASH, HASH, HASH, gateway.getAddress().getPort()),
                Overrides.of(Map.of())));
    points = PointsService.start(0, server.issuer());
  }

  Settings settings(Duration patience, String... acrValues) {
    return new Settings(
        server.issuer(),
        ClientIdentity.confidential("mediator", "mediator-secret-0123456789"),
        points.url(),
        List.of(acrValues),
        0,
        null,
        patience);
  }

  /** A token that the person's own program got, for calling the mediator. */
  AccessToken callersToken(URI mediator, String person) {
    return signedIn(
        "desk", "desk-secret-0123456789012", mediator, Scope.of("mediator:use"), person);
  }

  private AccessToken signedIn(
      String client, String secret, URI resource, Scope scope, String person) {
    try (ChallengeClient challenge =
        ChallengeClient.discover(server.issuer(), ClientIdentity.confidential(client, secret))) {
      ChallengeTurn turn =
          challenge.begin(
              ChallengeRequest.of(resource, scope).withAcrValues(List.of(PASSWORD_ACR)));
      while (turn instanceof ChallengeTurn.Asked asked) {
        boolean who = asked.step().id().equals("username");
        turn =
            challenge.answer(asked, Answer.value(asked.step().id(), who ? person : CORRECT_HORSE));
      }
      return ((ChallengeTurn.Done) turn).token();
    }
  }

  private BlockingQueue<String> texts(String number) {
    return texts.computeIfAbsent(number, any -> new LinkedBlockingQueue<>());
  }

  /** The code of the next text message to that number. */
  String nextCode(String number) {
    try {
      String code = texts(number).poll(120, TimeUnit.SECONDS);
      if (code == null) {
        throw new AssertionError("no text message came");
      }
      return code;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The person enters the number where they are signed in, or says no. */
  void decide(String person, String number, boolean approve) {
    AccessToken token =
        signedIn(
            "approver",
            "approver-secret-0123456789",
            server.issuer(),
            Scope.of("approvals"),
            person);
    URI requests = URI.create(server.issuer() + "/approvals/requests");
    JsonNode waiting = send(HttpRequest.newBuilder(requests), "GET", token);
    String id = waiting.at("/approvals/0/approval").asString();
    JsonNode state =
        send(
            HttpRequest.newBuilder(requests)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        FormParameters.encode(
                            approve
                                ? Map.of("approval", id, "decision", "approve", "number", number)
                                : Map.of("approval", id, "decision", "deny"))))
                .header("Content-Type", "application/x-www-form-urlencoded"),
            "POST",
            token);
    if (!state.path("state").asString("").equals(approve ? "approved" : "denied")) {
      throw new AssertionError(waiting + " " + state);
    }
  }

  /** RFC 7662. Whether a token is still good. */
  boolean isActive(String token) {
    String basic =
        Base64.getEncoder().encodeToString("auditor:auditor-secret-0123456789".getBytes(UTF_8));
    return send(
            HttpRequest.newBuilder(URI.create(server.issuer() + "/introspect"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        FormParameters.encode(Map.of("token", token)))),
            "POST",
            null)
        .path("active")
        .asBoolean();
  }

  private JsonNode send(HttpRequest.Builder request, String method, AccessToken token) {
    try {
      URI uri = request.build().uri();
      if (token != null) {
        token.headers(method, uri, null).forEach(request::header);
      }
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return Json.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    points.close();
    server.close();
    gateway.stop(0);
    http.shutdownNow();
  }
}

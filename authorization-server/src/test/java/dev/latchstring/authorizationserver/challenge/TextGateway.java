package dev.latchstring.authorizationserver.challenge;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A gateway for text messages, as an operator's would be: it takes them over HTTP. */
final class TextGateway implements AutoCloseable {
  private final HttpServer http;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();

  TextGateway() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext(
        "/messages",
        exchange -> {
          messages.add(Json.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    http.start();
  }

  String configuration() {
    return "delivery:\n  sms: { url: \"http://localhost:"
        + http.getAddress().getPort()
        + "/messages\", include_code: true }\n";
  }

  /** The next code, and to which number. */
  record Text(String to, String code) {}

  Text next() {
    try {
      JsonNode message = messages.poll(120, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no text message came");
      }
      return new Text(message.path("to").asString(), message.path("code").asString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  int waiting() {
    return messages.size();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

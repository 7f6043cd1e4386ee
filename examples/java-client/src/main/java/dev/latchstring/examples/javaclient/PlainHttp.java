package dev.latchstring.examples.javaclient;

import dev.latchstring.client.Account;
import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.InteractiveLogin;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The same without the MCP SDK: any HTTP server that answers 401 with a challenge will do. */
public final class PlainHttp {
  private PlainHttp() {}

  /** Posts a message to the account's server, logged in by then. */
  public static String post(Account account, InteractiveLogin login, String message)
      throws IOException, InterruptedException {
    try (HttpClient http = AuthorizedHttpClient.of(account).login(login).build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(account.server())
                  .header("Content-Type", "application/json")
                  .header("Accept", "application/json, text/event-stream")
                  .POST(BodyPublishers.ofString(message))
                  .build(),
              BodyHandlers.ofString());
      return answer.body();
    }
  }
}

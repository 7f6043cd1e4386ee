package dev.latchstring.e2e.conformance;

import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.mcpclient.McpAuthorization;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The program that the suite tests: gives the library what a scenario provides, connects, lists the
 * tools, calls one, and ends with 0 where all of it worked.
 */
public final class ConformanceClient {
  private ConformanceClient() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    URI server = URI.create(arguments[arguments.length - 1]);
    String version = environment.getOrDefault("MCP_CONFORMANCE_PROTOCOL_VERSION", "2025-11-25");
    JsonNode context = Json.readTree(environment.getOrDefault("MCP_CONFORMANCE_CONTEXT", "{}"));
    int status = 0;
    try (LatchClient latch = Provided.by(context);
        Conversation conversation = converse(latch.account(server), version)) {
      conversation.connect();
      conversation.call(conversation.list());
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        System.err.println(cause);
      }
      status = 1;
    }
    System.exit(status);
  }

  private static Conversation converse(Account account, String version) {
    InteractiveLogin login =
        InteractiveLogin.showing(
            new ScriptedBrowser(), approval -> true, options -> options.by(FlowName.CODE));
    return version.compareTo("2026-07-28") < 0
        ? new SessionConversation(McpAuthorization.of(account).login(login).build(), version)
        : new StatelessConversation(
            account.server(),
            AuthorizedHttpClient.of(account)
                .login(login)
                .client(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build())
                .build(),
            version);
  }
}

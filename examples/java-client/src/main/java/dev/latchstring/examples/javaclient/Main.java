package dev.latchstring.examples.javaclient;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.mcpclient.McpAuthorization;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.util.List;

/** Lists the tools of an MCP server. The login is kept, so the next start asks nobody. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("usage: java-client URL");
      System.exit(2);
    }
    try (LatchClient latch =
        LatchClient.using(TokenStores.ofThisUser()).clientName("Example").build()) {
      Account account = latch.account(URI.create(arguments[0]));
      tools(account, Person.atTheTerminal()).forEach(System.out::println);
    } catch (ClientException e) {
      System.err.println(e.getMessage());
      System.err.println("hint: " + e.hint());
      System.exit(1);
    }
  }

  /**
   * The names of the server's tools. All that the login takes of an MCP client is the first line.
   */
  public static List<String> tools(Account account, InteractiveLogin login) {
    McpAuthorization authorization = McpAuthorization.of(account).login(login).build();
    try (McpSyncClient client = authorization.syncClient().build()) {
      client.initialize();
      return client.listTools().tools().stream().map(Tool::name).toList();
    }
  }
}

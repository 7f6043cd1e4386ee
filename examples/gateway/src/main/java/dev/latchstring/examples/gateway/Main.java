package dev.latchstring.examples.gateway;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.gateway.invoices.InvoicesServer;
import dev.latchstring.examples.gateway.tickets.TicketsServer;
import io.modelcontextprotocol.spec.McpError;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Starts the gateway with two tool servers: {@code gateway [ISSUER [PORT [INVOICES_PORT]]]}. */
public final class Main {
  /** What the tickets are called in assertions; {@code call_identities} has it, too. */
  static final String TICKETS = "urn:example:tickets";

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      start(arguments);
    } catch (RuntimeException e) {
      System.err.println("gateway: " + McpError.findRootCause(e).getMessage());
      System.err.println("usage: gateway [ISSUER [PORT [INVOICES_PORT]]]");
      System.exit(2);
    }
    Thread.currentThread().join();
  }

  private static void start(String[] arguments) {
    URI issuer = URI.create(arguments.length > 0 ? arguments[0] : "http://localhost:9000");
    int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9500;
    int invoicesPort = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 9510;
    ClientIdentity client = ClientIdentity.fromEnvironment(System.getenv());
    if (client == null) {
      throw new IllegalArgumentException("LATCH_CLIENT_ID and LATCH_CLIENT_SECRET are not set");
    }
    // In earnest it is somebody else's, somewhere else.
    ProtectedServer invoices = InvoicesServer.start(invoicesPort, issuer);
    List<ToolServer> servers =
        List.of(
            StdioToolServer.start(TICKETS, "tickets:", tickets(issuer)),
            new HttpToolServer(invoices.url(), "invoices:", issuer, client));
    GatewayServer gateway = GatewayServer.start(port, issuer, client, servers);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gateway.close();
                  invoices.close();
                },
                "gateway-stop"));
    System.err.println("gateway: MCP server at " + gateway.url() + ", tokens from " + issuer);
  }

  /** The command line of the tool server on stdio. */
  static List<String> tickets(URI issuer) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        TicketsServer.class.getName(),
        TICKETS,
        issuer.toString());
  }
}

package dev.latchstring.examples.gateway;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.gateway.OfferedTools.Offer;
import dev.latchstring.mcpserver.onward.Onward;
import dev.latchstring.mcpserver.onward.OnwardTokens;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.dpop.DpopProofs;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The gateway: an MCP server whose every tool is another server's. */
public final class GatewayServer implements AutoCloseable {
  private final ProtectedServer http;
  private final OnwardTokens onward;
  private final List<ToolServer> servers;

  private GatewayServer(ProtectedServer http, OnwardTokens onward, List<ToolServer> servers) {
    this.http = http;
    this.onward = onward;
    this.servers = servers;
  }

  /**
   * Starts the gateway on {@code localhost}, when every tool server has said what it offers.
   *
   * @param port 1–65535, or 0 for any free port
   * @param issuer the authorization server, which is up
   * @param gateway the gateway as its client
   */
  static GatewayServer start(
      int port, URI issuer, ClientIdentity gateway, List<ToolServer> servers) {
    OfferedTools offered = OfferedTools.of(servers);
    ToolAuthorizer authorizer = offered.authorizer();
    ProtectedTools tools = new ProtectedTools(authorizer);
    // A key of the gateway's own: for people whose tokens are bound to one of theirs.
    SecureRandom random = new SecureRandom();
    DpopProofs key = new DpopProofs(DpopProofs.newKey(random), Clock.systemUTC(), random);
    OnwardTokens onward = OnwardTokens.builder(issuer.toString(), gateway).key(key).build();
    List<SyncToolSpecification> all =
        offered.offers().stream()
            .map(offer ->
                tools.tool(
                    offer.tool(), onward, (caller, way, request) -> call(offer, way, request)))
            .toList();
    ProtectedServer http = ProtectedServer.start("gateway", port, issuer, authorizer, tools, all);
    return new GatewayServer(http, onward, List.copyOf(servers));
  }

  /** Whoever comes here may call the tool, as far as its server has said. The server decides. */
  private static CallToolResult call(Offer offer, Onward way, CallToolRequest request) {
    try {
      return offer.server().call(way, offer.requirement().scope(), request);
    } catch (ClientException | JsonException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      if (McpError.findRootCause(e) instanceof McpError refused) {
        throw refused;
      }
      if (McpError.findRootCause(e) instanceof McpHttpClientTransportAuthorizationException) {
        return failed("the server of " + request.name() + " refuses the call");
      }
      throw e;
    }
  }

  private static CallToolResult failed(String why) {
    return CallToolResult.builder().addTextContent(why).isError(true).build();
  }

  /** The address of the MCP endpoint, and the resource that a person's token is for. */
  public URI url() {
    return http.url();
  }

  @Override
  public void close() {
    http.close();
    onward.close();
    servers.forEach(ToolServer::close);
  }
}

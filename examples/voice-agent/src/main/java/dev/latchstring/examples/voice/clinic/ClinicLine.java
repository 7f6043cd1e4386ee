package dev.latchstring.examples.voice.clinic;

import dev.latchstring.client.AccessToken;
import dev.latchstring.oauth.Challenge;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One caller's MCP session, on connections of its own. It is opened by the first tool call and
 * outlives a step-up, for the caller and the client stay the same.
 *
 * <p>Not safe for use by many threads.
 */
public final class ClinicLine implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Set<String> MENDED_BY_LOGIN =
      Set.of("insufficient_user_authentication", "insufficient_scope");

  private final URI server;
  private final Executor threads;
  private final Supplier<AccessToken> token;
  private @Nullable HttpClient connections;
  private @Nullable McpSyncClient session;
  private volatile @Nullable String nonce;

  /**
   * @param server the MCP endpoint
   * @param threads for the work of connections
   * @param token asked before every request
   */
  public ClinicLine(URI server, Executor threads, Supplier<AccessToken> token) {
    this.server = server;
    this.threads = threads;
    this.token = token;
  }

  /** Calls a tool that takes no arguments: whose data it is about follows from the token. */
  public ToolResult call(String tool) {
    try {
      return answered(
          session().callTool(CallToolRequest.builder(tool).arguments(Map.of()).build()));
    } catch (RuntimeException e) {
      HttpResponse.ResponseInfo refusal = refusal(e);
      if (refusal == null) {
        return new ToolResult.Failed(e.getClass().getSimpleName());
      }
      return refused(tool, refusal);
    }
  }

  private ToolResult refused(String tool, HttpResponse.ResponseInfo refusal) {
    List<Challenge> challenges = Challenge.parse(refusal.headers().allValues("WWW-Authenticate"));
    if (nonce == null && has(challenges, "use_dpop_nonce")) {
      nonce = refusal.headers().firstValue("DPoP-Nonce").orElse(null);
      return call(tool);
    }
    List<Challenge> mended =
        challenges.stream()
            .filter(each -> each.error() != null && MENDED_BY_LOGIN.contains(each.error()))
            .toList();
    if (!mended.isEmpty()) {
      return new ToolResult.LoginNeeded(mended);
    }
    return refusal.statusCode() == 403
        ? new ToolResult.Refused()
        : new ToolResult.Failed("HTTP status " + refusal.statusCode());
  }

  private static boolean has(List<Challenge> challenges, String error) {
    return challenges.stream().anyMatch(each -> error.equals(each.error()));
  }

  private static ToolResult answered(CallToolResult result) {
    if (Boolean.TRUE.equals(result.isError())) {
      return new ToolResult.Refused();
    }
    return result.structuredContent() instanceof Map<?, ?> content
        ? new ToolResult.Content(content)
        : new ToolResult.Failed("the tool's answer has no structure");
  }

  private McpSyncClient session() {
    if (session == null) {
      if (connections == null) {
        connections =
            HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(LIMIT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
      }
      McpSyncClient opened = McpClient.sync(transport(connections)).requestTimeout(LIMIT).build();
      try {
        opened.initialize();
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      session = opened;
    }
    return session;
  }

  private HttpClientStreamableHttpTransport transport(HttpClient opened) {
    return HttpClientStreamableHttpTransport.builder(server.resolve("/").toString())
        .endpoint(server.getRawPath())
        .clientBuilder(new OwnConnections(opened))
        .addHttpRequestCustomizer((request, method, uri, body, context) -> {
          AccessToken current = token.get();
          request.setHeader("Authorization", current.authorization());
          String proof = current.proof(method, uri, nonce);
          if (proof != null) {
            request.setHeader("DPoP", proof);
          }
        })
        .build();
  }

  private static HttpResponse.@Nullable ResponseInfo refusal(Throwable thrown) {
    int depth = 0;
    for (Throwable cause = thrown; cause != null && depth < 16; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo();
      }
      depth++;
    }
    return null;
  }

  /** Ends the session at the server. Must come before the token is revoked. */
  @Override
  public void close() {
    McpSyncClient open = session;
    HttpClient used = connections;
    session = null;
    connections = null;
    try {
      if (open != null) {
        open.closeGracefully();
      }
    } finally {
      if (used != null) {
        used.shutdownNow();
      }
    }
  }
}

package dev.latchstring.mcpserver.sdk;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.kit.Access;
import dev.latchstring.mcpserver.kit.KitParts;
import dev.latchstring.mcpserver.kit.LoginKit;
import dev.latchstring.mcpserver.kit.Mode;
import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.kit.UserWishes;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The login of a server on standard input and output whose tools use an API on its user's behalf.
 *
 * <pre>{@code
 * ToolAuthorizer authorizer =
 *     ToolAuthorizer.builder(Requirement.scopes("issues:read"))
 *         .tool("create_issue", Requirement.scopes("issues:write"))
 *         .build();
 * StdioLogin login =
 *     StdioLogin.builder(authorizer)
 *         .clientName("Issues")
 *         .provider(Provider.of("tracker", URI.create("https://api.tracker.example")).tokenFrom("TRACKER_TOKEN"))
 *         .build();
 * McpServer.sync(login.transport())
 *     .serverInfo("issues", "1.0.0")
 *     .tools(login.tool(listIssues, (access, request) -> list(access.http())))
 *     .immediateExecution(true)
 *     .build();
 * }</pre>
 *
 * <p>Nothing is asked before {@code initialize} is answered, and nothing but the protocol is
 * written to standard output: {@link #transport()} takes it aside, and whatever prints there
 * afterwards prints to standard error.
 */
public final class StdioLogin {
  private final KitParts parts;
  private final List<Provider> providers;
  private final Set<String> open;
  private final @Nullable IdentityAssertions identities;
  private final ProtectedTools tools;

  private StdioLogin(Builder builder) {
    this.parts =
        new KitParts(
            builder.authorizer,
            builder.clientName,
            builder.wishes().mode() == null ? builder.mode : builder.wishes().mode(),
            builder.wishes(),
            builder.store,
            builder.environment,
            builder.random,
            builder.clock);
    this.providers = List.copyOf(builder.providers);
    this.open = Set.copyOf(builder.open);
    this.identities = builder.identities;
    this.tools = new ProtectedTools(builder.authorizer);
  }

  /**
   * Starts a configuration.
   *
   * @param authorizer what the tools require
   */
  public static Builder builder(ToolAuthorizer authorizer) {
    return new Builder(authorizer);
  }

  /**
   * The transport on the process's own streams, for the SDK's server builder. From now on {@code
   * System.out} is standard error.
   */
  public StdioTransport transport() {
    OutputStream out = System.out;
    System.setOut(System.err);
    return transport(System.in, out);
  }

  /** The transport on other streams. */
  public StdioTransport transport(InputStream in, OutputStream out) {
    return new StdioTransport(
        server -> new LoginKit(parts, providers, open, identities, server::open), in, out);
  }

  /**
   * A tool that says in its {@code _meta} what it requires, and whose work is given the login of
   * whoever calls. A {@link ClientException} that the work lets pass becomes a result with {@code
   * isError}, which says what is wrong and what to do.
   */
  public SyncToolSpecification tool(Tool tool, Work work) {
    return tools.accessing(
        tool,
        (exchange, request) -> {
          try {
            return work.run(access(exchange), request);
          } catch (ClientException e) {
            String hint = e.hint() == null ? "" : " (hint: " + e.hint() + ")";
            return CallToolResult.builder()
                .addTextContent(e.description() + hint)
                .isError(true)
                .build();
          }
        });
  }

  /** The login of a call, for a tool that was not made by {@link #tool}. */
  public static Access access(McpSyncServerExchange exchange) {
    return SdkContext.require(
        exchange,
        SdkContext.ACCESS,
        Access.class,
        "no login: build the server on StdioLogin.transport()");
  }

  /** Who calls, for a tool that was not made by {@link #tool}. */
  public static Caller caller(McpSyncServerExchange exchange) {
    return access(exchange).caller();
  }

  /** What a tool does. */
  @FunctionalInterface
  public interface Work {
    CallToolResult run(Access access, CallToolRequest request);
  }

  /** What can be configured. */
  public static final class Builder {
    private final ToolAuthorizer authorizer;
    private final List<Provider> providers = new ArrayList<>();
    private final Set<String> open = new LinkedHashSet<>();
    private String clientName = "an MCP server";
    private Mode mode = Mode.LAZY;
    private @Nullable TokenStore store;
    private @Nullable IdentityAssertions identities;
    private Map<String, String> environment = System.getenv();
    private SecureRandom random = new SecureRandom();
    private Clock clock = Clock.systemUTC();
    private @Nullable UserWishes wishes;

    private Builder(ToolAuthorizer authorizer) {
      this.authorizer = authorizer;
    }

    /** What verification pages and prompts call the server. */
    public Builder clientName(String value) {
      clientName = value;
      return this;
    }

    /**
     * Adds an API that tools use. The first is meant by requirements that name none.
     *
     * @throws IllegalArgumentException where one of that name is there
     */
    public Builder provider(Provider value) {
      if (providers.stream().anyMatch(other -> other.name().equals(value.name()))) {
        throw new IllegalArgumentException("there are two providers called " + value.name());
      }
      providers.add(value);
      return this;
    }

    /** When a login begins, unless the user says otherwise; {@link Mode#LAZY} by default. */
    public Builder mode(Mode value) {
      mode = value;
      return this;
    }

    /** Tools that need nobody to be logged in. */
    public Builder open(String... names) {
      open.addAll(Arrays.asList(names));
      return this;
    }

    /** Where logins are kept; in memory, or the user's own store where the user wants it. */
    public Builder store(TokenStore value) {
      store = value;
      return this;
    }

    /** Believes these on who calls: a login is then used for its own person alone. */
    public Builder identities(IdentityAssertions value) {
      identities = value;
      return this;
    }

    /** The environment; the process's own unless given. */
    public Builder environment(Map<String, String> value) {
      environment = Map.copyOf(value);
      wishes = null;
      return this;
    }

    public Builder random(SecureRandom value) {
      random = value;
      return this;
    }

    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    private UserWishes wishes() {
      if (wishes == null) {
        wishes = UserWishes.of(environment);
      }
      return wishes;
    }

    /**
     * @throws IllegalStateException where there is no provider
     */
    public StdioLogin build() {
      if (providers.isEmpty()) {
        throw new IllegalStateException("name the API that the tools use: provider(…)");
      }
      return new StdioLogin(this);
    }
  }
}

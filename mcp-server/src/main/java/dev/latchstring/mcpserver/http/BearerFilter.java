package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.onward.CallersToken;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.StatedContext;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.mcpserver.trace.AccessTrace;
import dev.latchstring.mcpserver.trace.Tracing;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MCP authorization, the resource server's part: RFC 6750, RFC 9449, RFC 9728, RFC 9470. Stands in
 * front of an MCP server's servlet, of any SDK and of both eras of the protocol.
 *
 * <p>Every request that it is mapped to, metadata aside, needs a good access token; what a message
 * asks for is decided on the parsed body, before the servlet sees it. Map it to the MCP endpoint
 * and to {@code /.well-known/oauth-protected-resource} and below (or to everything), with
 * asynchronous processing allowed. What is refused, in this order:
 *
 * <ul>
 *   <li>403 an {@code Origin} that is not listed
 *   <li>401 no token, one that is not good, or one that is bound to a key (DPoP) without a proof of
 *       it for this request; 400 a token in the query or in two headers
 *   <li>405 a method other than GET, POST and DELETE
 *   <li>415, 413, 400 a body that is not UTF-8 JSON-RPC of at most {@link Builder#maxBodyBytes}
 *       bytes
 *   <li>400 with {@code -32020} headers that contradict the body, with {@code -32600} an {@code
 *       X-MCP-Context} that is not a JSON object of at most 4 KiB
 *   <li>404 a session that the caller did not open
 *   <li>403 {@code insufficient_scope}; 401 {@code insufficient_user_authentication}; 403 for good
 *   <li>503 where the authorization server cannot be asked, or no more proofs can be remembered
 * </ul>
 */
public final class BearerFilter extends HttpFilter {
  /** The session era's header that names a session. */
  static final String SESSION = "Mcp-Session-Id";

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(BearerFilter.class);
  private static final String CALLER = Caller.class.getName();
  private static final String STATED = StatedContext.class.getName();
  private static final String TOKEN = CallersToken.class.getName();

  private final transient MetadataDocument metadata;
  private final transient OriginPolicy origins;
  private final transient Challenges challenges;
  private final transient AccessTokenVerifier tokens;
  private final transient SessionOwners sessions;
  private final transient StreamSessions streams;
  private final transient Admission admission;
  private final transient Tracing tracing;

  private BearerFilter(Builder builder) {
    this.tracing = new Tracing(builder.openTelemetry, builder.debugClients, builder.clock);
    this.origins = new OriginPolicy(builder.resource, builder.origins);
    this.metadata =
        new MetadataDocument(
            new ProtectedResourceMetadata(
                builder.resource.toString(),
                List.of(builder.issuer),
                null,
                List.copyOf(builder.tools.declaredScopes().values()),
                List.of("header"),
                builder.resourceName,
                builder.documentation,
                DpopVerifier.ALGORITHMS,
                builder.dpop.isRequired() ? true : null,
                null),
            builder.resource,
            builder.metadataAtRoot);
    DpopVerifier proofs = builder.dpop.verifier(builder.clock);
    this.challenges =
        new Challenges(metadata.address(), builder.initialScope, builder.dpop.isRequired(), proofs);
    this.sessions = new SessionOwners(builder.maxSessions, builder.sessionIdle, builder.clock);
    EndpointAddresses addresses = new EndpointAddresses(builder.resource, builder.also);
    this.streams =
        new StreamSessions(
            addresses, new SessionOwners(builder.maxSessions, builder.sessionIdle, builder.clock));
    this.tokens =
        builder.tokens != null
            ? builder.tokens
            : AccessTokenVerifier.builder(builder.issuer, builder.resource.toString())
                .clock(builder.clock)
                .build();
    Possession possession =
        new Possession(
            builder.operations == null
                ? ProofTargets.ofEndpoint(addresses)
                : ProofTargets.ofApi(builder.resource),
            proofs,
            builder.dpop.replays(builder.clock),
            builder.dpop.isRequired(),
            challenges);
    this.admission =
        new Admission(
            tokens,
            possession,
            sessions,
            streams,
            new MessageGate(builder.tools, challenges),
            builder.operations,
            challenges,
            builder.clock,
            builder.maxBodyBytes);
  }

  /**
   * Starts a filter's configuration.
   *
   * @param resource the MCP endpoint's public address, which is also its identifier (RFC 8707)
   * @param issuer the authorization server, spelled as it spells itself
   * @param tools who may call what
   * @throws OAuthException {@code invalid_target} or {@code invalid_request} where an address is
   *     not https (http on loopback)
   */
  public static Builder builder(String resource, String issuer, ToolAuthorizer tools) {
    return new Builder(resource, issuer, tools);
  }

  /**
   * Who sent a request that came through this filter.
   *
   * @throws IllegalStateException where it did not
   */
  public static Caller caller(ServletRequest request) {
    if (request.getAttribute(CALLER) instanceof Caller caller) {
      return caller;
    }
    throw new IllegalStateException(
        "the request did not come through BearerFilter: map the filter to this servlet");
  }

  /**
   * What a request that came through this filter states in {@code X-MCP-Context}; without members
   * where it states nothing. It is as believable as any other header.
   *
   * @throws IllegalStateException where the request did not come through
   */
  public static StatedContext statedContext(ServletRequest request) {
    if (request.getAttribute(STATED) instanceof StatedContext stated) {
      return stated;
    }
    throw new IllegalStateException(
        "the request did not come through BearerFilter: map the filter to this servlet");
  }

  /**
   * The token that a request came with, which passed this filter: to be exchanged for another
   * ({@link dev.latchstring.mcpserver.onward.OnwardTokens}), and for nothing else.
   *
   * @throws IllegalStateException where the request did not come through
   */
  public static CallersToken callersToken(ServletRequest request) {
    if (request.getAttribute(TOKEN) instanceof CallersToken token) {
      return token;
    }
    throw new IllegalStateException(
        "the request did not come through BearerFilter: map the filter to this servlet");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (wasAuthorized(request)) {
      chain.doFilter(request, response);
      return;
    }
    AccessTrace trace = AccessTrace.NONE;
    try {
      if (metadata.answers(request, response)) {
        return;
      }
      origins.check(request, response);
      if (origins.answersPreflight(request, response)) {
        return;
      }
      trace = tracing.begin(request);
      Credentials credentials = Credentials.of(request, challenges);
      Caller caller = admission.authenticate(request, response, credentials);
      trace.authenticated(caller);
      response.setHeader("Cache-Control", "no-store");
      SessionWatch watch = new SessionWatch(response, sessions, caller, streams.openedBy(request));
      AuthorizedRequest authorized =
          admission.authorize(request, caller, credentials.scheme(), watch, trace);
      authorized.setAttribute(CALLER, caller);
      authorized.setAttribute(STATED, StatedContexts.of(request));
      authorized.setAttribute(TOKEN, CallersToken.of(credentials.token(), caller));
      trace.granted(response);
      chain.doFilter(authorized, watch);
      if (request.getMethod().equals("DELETE") && response.getStatus() < 300) {
        sessions.closed(String.valueOf(request.getHeader(SESSION)));
      }
    } catch (Refusal refusal) {
      LOG.debug("refused with {}: {}", refusal.status(), refusal.getMessage());
      trace.refused(refusal.status(), refusal.error(), refusal.getMessage(), response);
      refusal.write(response);
      UnreadBody.discard(request, response);
    }
  }

  /** A dispatch inside the server, of a request that came through here before. */
  private static boolean wasAuthorized(HttpServletRequest request) {
    return request.getDispatcherType() != DispatcherType.REQUEST
        && request.getAttribute(CALLER) instanceof Caller;
  }

  /** Releases what the filter holds; the container calls it. */
  @Override
  public void destroy() {
    tokens.close();
  }

  /** A filter's configuration in the making. */
  public static final class Builder {
    private final URI resource;
    private final String issuer;
    private final ToolAuthorizer tools;
    private final Set<String> origins = new LinkedHashSet<>();
    private final List<URI> also = new ArrayList<>();
    private Scope initialScope;
    private boolean metadataAtRoot = true;
    private int maxBodyBytes = 1 << 20;
    private long maxSessions = 10_000;
    private Duration sessionIdle = Duration.ofHours(24);
    private Clock clock = Clock.systemUTC();
    private @Nullable String resourceName;
    private @Nullable String documentation;
    private @Nullable AccessTokenVerifier tokens;
    private DpopPolicy dpop = DpopPolicy.offered();
    private @Nullable Function<HttpServletRequest, String> operations;
    private @Nullable OpenTelemetry openTelemetry;
    private Set<String> debugClients = Set.of();

    private Builder(String resource, String issuer, ToolAuthorizer tools) {
      this.resource = HttpsUri.requireResource(resource);
      HttpsUri.requireIssuer(issuer);
      this.issuer = issuer;
      this.tools = tools;
      this.initialScope = tools.defaultScope();
    }

    /**
     * The verifier of tokens, for what the default does not do: introspection, other algorithms.
     * The filter closes it.
     */
    public Builder tokens(AccessTokenVerifier tokens) {
      this.tokens = tokens;
      return this;
    }

    /**
     * The scopes that a client without a token is told to ask for: those of the server's default
     * unless set. Few is better: a client asks for more when a tool needs it.
     */
    public Builder initialScope(String... scopes) {
      this.initialScope = Scope.of(scopes);
      return this;
    }

    /** Web origins whose pages may call the server, besides its own. */
    public Builder allowedOrigins(String... origins) {
      this.origins.addAll(List.of(origins));
      return this;
    }

    /** RFC 9728 §2: the name that people are shown. */
    public Builder resourceName(String name) {
      this.resourceName = name;
      return this;
    }

    /** RFC 9728 §2: a page for developers. */
    public Builder documentation(String url) {
      this.documentation = url;
      return this;
    }

    /**
     * Whether the metadata is served at the host's root too, where some clients look: yes unless
     * set, and right where this is the host's only MCP server.
     */
    public Builder metadataAtRoot(boolean atRoot) {
      this.metadataAtRoot = atRoot;
      return this;
    }

    /** The longest body, in bytes: 1 MiB unless set. It is held in memory. */
    public Builder maxBodyBytes(int bytes) {
      if (bytes < 1024 || bytes > 64 << 20) {
        throw new IllegalArgumentException("maxBodyBytes must be between 1 KiB and 64 MiB");
      }
      this.maxBodyBytes = bytes;
      return this;
    }

    /**
     * How many sessions are known at once (10,000 unless set) and how long one may be idle (24
     * hours unless set). A client whose session is forgotten opens a new one.
     */
    public Builder sessions(long most, Duration idle) {
      if (most < 1 || idle.isNegative() || idle.isZero()) {
        throw new IllegalArgumentException("sessions need a positive number and idle time");
      }
      this.maxSessions = most;
      this.sessionIdle = idle;
      return this;
    }

    /**
     * Further public addresses of the same resource, such as the one where a server of the HTTP+SSE
     * transport takes messages. The proof that comes with a bound token names the address of its
     * request (RFC 9449 §4.3): without this it has to name the resource. With them, a message whose
     * address has a query is for the stream whose {@code endpoint} event named that query, and from
     * whoever opened it. Map the filter to them, too.
     *
     * @throws IllegalArgumentException where one is not on the resource's own host
     * @throws OAuthException {@code invalid_target} where one is no address
     */
    public Builder alsoAt(String... addresses) {
      for (String address : addresses) {
        URI uri = HttpsUri.requireResource(address);
        if (!HttpsUri.origin(uri).equals(HttpsUri.origin(resource))) {
          throw new IllegalArgumentException(address + " is not on the host of " + resource);
        }
        also.add(uri);
      }
      return this;
    }

    /** Tokens that are bound to a key: taken beside bearer tokens unless set. */
    public Builder dpop(DpopPolicy policy) {
      this.dpop = policy;
      return this;
    }

    /**
     * Protects an HTTP API that is no MCP server: a request, of whatever method and body, is let
     * through as a call of the operation that this names, which {@link ToolAuthorizer} requires
     * something of as it does of a tool. The resource is then the address that all of the API's
     * begin with, and a proxy in between leaves the paths as they are.
     *
     * @param operation names the operation of a request by its method and path; one that is not
     *     declared has the requirement of the default
     */
    public Builder operations(Function<HttpServletRequest, String> operation) {
      this.operations = operation;
      return this;
    }

    /**
     * Where spans of token checks and decisions go: to {@code GlobalOpenTelemetry}, as it is when
     * the first request comes, unless set.
     */
    public Builder openTelemetry(OpenTelemetry openTelemetry) {
      this.openTelemetry = openTelemetry;
      return this;
    }

    /**
     * The clients ({@code client_id}) that learn from the header {@code X-MCP-Debug} why their
     * requests are decided as they are, where they ask for it with {@code X-MCP-Debug: true}: none
     * unless set. What others ask for goes to the log.
     */
    public Builder debugClients(String... clientIds) {
      this.debugClients = Set.of(clientIds);
      return this;
    }

    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    public BearerFilter build() {
      return new BearerFilter(this);
    }
  }
}

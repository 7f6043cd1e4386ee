package dev.latchstring.client;

import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP authorization, "Authorization Server Discovery": a server that asks for a login, and where
 * that login is done. Everything in it was validated, or pinned by the person: the resource is this
 * server, the issuer is the one the server named, and every endpoint is https or loopback.
 *
 * @param server the MCP endpoint, as the user gave it
 * @param resource the server's identifier (RFC 9728 §1.2), which {@code resource} parameters have
 *     unless another is pinned: see {@link #parameters}
 * @param issuer the authorization server, character by character as it spells itself
 * @param authorizationServer its metadata, with what is pinned in place of what it says
 * @param resourceMetadata null for a server of protocol 2025-03-26, which has none
 * @param scope what to ask for: the pinned scope, else by MCP's scope selection strategy; {@link
 *     Scope#NONE} means: send no {@code scope} parameter
 * @param settings what is pinned for this server and this issuer, to be named to the person
 * @param assumed MCP 2025-03-26, "Fallbacks for Servers without Metadata Discovery": nothing is
 *     published, and the endpoints are the default ones at the server's origin
 * @param challenges what the server refused the request without a token with; empty where it was
 *     not asked
 */
public record Discovered(
    URI server,
    URI resource,
    String issuer,
    AuthorizationServerMetadata authorizationServer,
    @Nullable ProtectedResourceMetadata resourceMetadata,
    Scope scope,
    ServerSettings settings,
    boolean assumed,
    List<Challenge> challenges)
    implements DiscoveryResult {

  public Discovered {
    challenges = List.copyOf(challenges);
  }

  /** Where nothing is pinned and nothing is assumed. */
  public Discovered(
      URI server,
      URI resource,
      String issuer,
      AuthorizationServerMetadata authorizationServer,
      @Nullable ProtectedResourceMetadata resourceMetadata,
      Scope scope) {
    this(
        server,
        resource,
        issuer,
        authorizationServer,
        resourceMetadata,
        scope,
        ServerSettings.NONE,
        false,
        List.of());
  }

  /** What to tell where the assumed endpoints are not there, or no login works by them. */
  public ClientException nothingPublished() {
    return new ClientException(
        Problem.METADATA_MISSING,
        server
            + " asks for a login and does not say where: it has no protected resource"
            + " metadata (RFC 9728), and its origin no authorization server metadata",
        "ask the server's operator to publish"
            + " /.well-known/oauth-protected-resource"
            + (server.getRawPath() == null ? "" : server.getRawPath())
            + "; or pin issuer");
  }

  /**
   * RFC 8707 §2. What goes with every request of a kind besides what its flow sends: {@code
   * resource}, {@code audience} and the pinned extra parameters. None of them is one that a flow
   * sets itself.
   */
  public Map<String, String> parameters(RequestKind kind) {
    return settings.parameters(kind, resource.toString());
  }

  /**
   * RFC 9449 §5.1 and §7.1, RFC 9728 §2. Whether tokens can be bound to a key of ours: both servers
   * say that they take its proofs, the MCP server in its metadata or in its refusal. One that does
   * not say so may not know what a bound token is, whatever its authorization server can do.
   */
  public boolean takesProofs() {
    boolean taken =
        challenges.stream().anyMatch(Discovered::asksForProof)
            || (resourceMetadata != null
                && resourceMetadata.dpopSigningAlgValuesSupported() != null
                && resourceMetadata.dpopSigningAlgValuesSupported().contains(DpopProofs.ALGORITHM));
    return taken && authorizationServer.dpopAlgorithms().contains(DpopProofs.ALGORITHM);
  }

  private static boolean asksForProof(Challenge challenge) {
    String algorithms = challenge.parameter("algs");
    return challenge.isScheme(AccessToken.DPOP)
        && (algorithms == null
            || List.of(algorithms.split(" ", -1)).contains(DpopProofs.ALGORITHM));
  }

  /** RFC 9728 §2: whether the MCP server takes no token that is not bound to a key. */
  public boolean requiresProofs() {
    return resourceMetadata != null
        && Boolean.TRUE.equals(resourceMetadata.dpopBoundAccessTokensRequired());
  }
}

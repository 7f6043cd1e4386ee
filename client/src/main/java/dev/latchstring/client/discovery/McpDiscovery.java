package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Discovery;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Discovery by the MCP specification; see the package. */
public final class McpDiscovery implements Discovery {
  private final McpProbe probe;
  private final ResourceMetadataLookup resources;
  private final AuthorizationServerLookup authorizationServers;
  private final Settings settings;

  /** Where nothing is pinned. */
  public McpDiscovery(Http http) {
    this(http, Settings.NONE);
  }

  public McpDiscovery(Http http, Settings settings) {
    this.settings = settings;
    this.probe = new McpProbe(http);
    this.resources = new ResourceMetadataLookup(http);
    this.authorizationServers = new AuthorizationServerLookup(http);
  }

  @Override
  public DiscoveryResult discover(URI server) {
    requireAddress(server);
    if (isPinnedIssuer(server)) {
      return discover(server, List.of());
    }
    McpProbe.Finding finding;
    try {
      finding = probe.ask(server);
    } catch (ClientException e) {
      if (e.problem() == Problem.NOT_MCP) {
        // An API's: the person says where its login is, so it need not speak MCP.
        return settings.of(server).value(Setting.ISSUER) == null
            ? otherResource(server, e)
            : discover(server, List.of());
      }
      throw e;
    }
    return switch (finding) {
      case McpProbe.Finding.Answered() -> new DiscoveryResult.NoLoginNeeded(server);
      case McpProbe.Finding.Challenged(List<Challenge> challenges) -> discover(server, challenges);
    };
  }

  /**
   * An authorization server that is a resource of its own (RFC 9728) does not speak MCP, and can be
   * logged in to.
   */
  private Discovered otherResource(URI server, ClientException notMcp) {
    Optional<ResourceMetadataLookup.Found> found;
    try {
      found =
          resources
              .find(server, List.of(), settings.of(server))
              .filter(McpDiscovery::isItsOwnIssuer);
    } catch (ClientException e) {
      throw notMcp; // whatever is there, it is not about this address
    }
    return byResourceMetadata(server, List.of(), found.orElseThrow(() -> notMcp));
  }

  private static boolean isItsOwnIssuer(ResourceMetadataLookup.Found found) {
    List<String> issuers = found.metadata().authorizationServers();
    return issuers != null && issuers.contains(found.resource().toString());
  }

  @Override
  public Discovered discover(URI server, List<Challenge> challenges) {
    requireAddress(server);
    ServerSettings pinned = settings.of(server);
    if (isPinnedIssuer(server)) {
      return identityProvider(server, challenges, String.valueOf(pinned.value(Setting.ISSUER)));
    }
    Optional<ResourceMetadataLookup.Found> found = resources.find(server, challenges, pinned);
    return found.isPresent()
        ? byResourceMetadata(server, challenges, found.get())
        : byOrigin(server, challenges, pinned);
  }

  /** Whether the person says that the address is no MCP server's but an issuer's own. */
  private boolean isPinnedIssuer(URI server) {
    String issuer = settings.of(server).value(Setting.ISSUER);
    return issuer != null
        && HttpsUri.requireResource(issuer).equals(HttpsUri.requireResource(server.toString()));
  }

  /**
   * OpenID Connect Core §3.1.2.1. A login at an issuer itself, such as an organisation's identity
   * provider: its tokens are for no server's use, but say who signed in.
   */
  private Discovered identityProvider(URI server, List<Challenge> challenges, String issuer) {
    ServerSettings pinned = settings.of(server, issuer).over(ServerSettings.OF_ISSUER_ITSELF);
    return new Discovered(
        server,
        HttpsUri.requireResource(server.toString()),
        issuer,
        authorizationServers.require(issuer, trust(server, pinned), pinned),
        null,
        scope(challenges, null, pinned),
        pinned,
        false,
        challenges);
  }

  private Discovered byResourceMetadata(
      URI server, List<Challenge> challenges, ResourceMetadataLookup.Found found) {
    String pinnedIssuer = settings.of(server).value(Setting.ISSUER);
    List<String> named = found.metadata().authorizationServers();
    List<String> issuers =
        pinnedIssuer != null
            ? List.of(pinnedIssuer)
            : named == null
                ? List.of()
                : named.stream().limit(ResourceMetadataLookup.MAX_AUTHORIZATION_SERVERS).toList();
    ClientException first = null;
    for (String issuer : issuers) {
      ServerSettings pinned = settings.of(server, issuer);
      try {
        return new Discovered(
            server,
            found.resource(),
            issuer,
            authorizationServers.require(issuer, trust(server, pinned), pinned),
            found.metadata(),
            scope(challenges, found.metadata(), pinned),
            pinned,
            false,
            challenges);
      } catch (ClientException e) {
        if (e.problem() == Problem.NETWORK) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    throw first == null
        ? new ClientException(
            Problem.METADATA_MISSING, "the server names no authorization server", "pin issuer")
        : first;
  }

  /**
   * MCP 2025-03-26, "Authorization Base URL": the server's own origin is the authorization server,
   * unless another is pinned. Where it publishes nothing, its endpoints are the default ones.
   */
  private Discovered byOrigin(URI server, List<Challenge> challenges, ServerSettings known) {
    String issuer = known.value(Setting.ISSUER);
    if (issuer == null) {
      String named = authorizationServers.issuerOfPinned(known);
      issuer = named == null ? HttpsUri.origin(server) : named;
    }
    ServerSettings pinned = settings.of(server, issuer);
    Optional<AuthorizationServerMetadata> published =
        authorizationServers.find(issuer, trust(server, pinned), pinned);
    boolean isPinned =
        pinned.pin(Setting.ISSUER) != null || pinned.pin(Setting.METADATA_URL) != null;
    return new Discovered(
        server,
        HttpsUri.requireResource(server.toString()),
        issuer,
        published.isPresent() || isPinned
            ? published.orElseThrow(McpDiscovery::noPinnedMetadata)
            : pinned.over(DefaultEndpoints.at(issuer)),
        null,
        scope(challenges, null, pinned),
        pinned,
        published.isEmpty(),
        challenges);
  }

  private static ClientException noPinnedMetadata() {
    return new ClientException(
        Problem.METADATA_MISSING,
        "the pinned authorization server publishes no metadata (RFC 8414 section 3)",
        "correct issuer or metadata_url; or pin metadata_url=none and its endpoints");
  }

  /** An authorization server that the person pinned may be on this machine, and refer to it. */
  private static Trust trust(URI server, ServerSettings pinned) {
    String issuer = pinned.value(Setting.ISSUER);
    return issuer != null && HttpsUri.isLoopback(URI.create(issuer))
        ? new Trust(true)
        : Trust.of(server);
  }

  /** MCP, "Scope Selection Strategy": the challenge's scope, else all that are supported. */
  private static Scope scope(
      List<Challenge> challenges,
      @Nullable ProtectedResourceMetadata metadata,
      ServerSettings pinned) {
    Scope wanted = pinned.scope();
    if (wanted != null) {
      return wanted;
    }
    try {
      for (Challenge challenge : challenges) {
        if (challenge.scope() != null) {
          return Scope.parse(challenge.scope());
        }
      }
      return metadata == null || metadata.scopesSupported() == null
          ? Scope.NONE
          : Scope.of(metadata.scopesSupported());
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the server asks for a scope that cannot be: " + e.description(),
          "pin scope, or ask the server's operator to correct them");
    }
  }

  private static void requireAddress(URI server) {
    try {
      HttpsUri.requireResource(server.toString());
    } catch (OAuthException e) {
      throw badAddress(server, e);
    }
  }

  /** Why an address is not one of an MCP server. It is not repeated: it may hold a password. */
  public static ClientException badAddress(URI server, OAuthException why) {
    return new ClientException(
        Problem.BAD_ADDRESS,
        "no token can be obtained for "
            + (server.getHost() == null ? "this address" : server.getHost())
            + ": "
            + why.description(),
        "give the address of the MCP endpoint, such as https://mcp.example.com/mcp");
  }
}

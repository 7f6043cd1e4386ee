package dev.latchstring.authorizationserver.assertion;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.authorizationserver.client.FetchedKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The keys of trusted issuers: by value, at an address, or at the address that the issuer's own
 * metadata names (RFC 8414 §3, OpenID Connect Discovery §4), which is looked up again after an
 * hour.
 *
 * <p>Only issuers of the configuration are ever looked up: no address comes from an assertion.
 */
final class IssuerKeys {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** Where the keys are, or why that is not known. */
  private record Located(@Nullable URI uri, String failure, Instant at) {}

  private final KeyFetcher fetcher;
  private final FetchedKeys fetched;
  private final Clock clock;
  private final Map<String, Located> located = new ConcurrentHashMap<>();
  private final Map<String, List<JWK>> inline = new ConcurrentHashMap<>();

  IssuerKeys(KeyFetcher fetcher, FetchedKeys fetched, Clock clock) {
    this.fetcher = fetcher;
    this.fetched = fetched;
    this.clock = clock;
  }

  /**
   * The keys that may have signed with this {@code kid}.
   *
   * @throws OAuthException {@code temporarily_unavailable} where they cannot be had
   */
  List<JWK> find(TrustedIssuerSettings issuer, @Nullable String keyId) {
    JsonNode jwks = issuer.jwks();
    if (jwks != null) {
      return FetchedKeys.matching(
          inline.computeIfAbsent(issuer.issuer(), name -> FetchedKeys.parse(jwks)), keyId);
    }
    try {
      URI uri = issuer.jwksUri();
      return fetched.find(uri == null ? discovered(issuer.issuer()) : uri, keyId);
    } catch (IOException e) {
      throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE, "the keys of the issuer cannot be fetched now")
          .withDetail(issuer.issuer() + ": " + e.getMessage());
    }
  }

  private URI discovered(String issuer) throws IOException {
    Located now =
        located.compute(
            issuer, (name, before) -> before == null || isOld(before) ? locate(name) : before);
    if (now.uri() == null) {
      throw new IOException(now.failure());
    }
    return now.uri();
  }

  private boolean isOld(Located known) {
    Duration kept = known.uri() == null ? PAUSE : KEPT;
    return !clock.instant().isBefore(known.at().plus(kept));
  }

  private Located locate(String issuer) {
    String failure = "no metadata";
    for (URI place : WellKnown.authorizationServer(URI.create(issuer))) {
      try {
        return new Located(keysIn(issuer, fetcher.get(place)), "", clock.instant());
      } catch (IOException | JsonException e) {
        failure = place + ": " + e.getMessage();
      }
    }
    return new Located(null, failure, clock.instant());
  }

  /** RFC 8414 §3.3: metadata that names another issuer is somebody else's. */
  private static URI keysIn(String issuer, byte[] document) throws IOException {
    AuthorizationServerMetadata metadata = Json.read(document, AuthorizationServerMetadata.class);
    if (!issuer.equals(metadata.issuer())) {
      throw new IOException("the metadata is of another issuer");
    }
    try {
      URI uri = URI.create(metadata.jwksUri() == null ? "" : metadata.jwksUri());
      if (HttpsUri.isHttpsOrLoopback(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Falls to the same answer.
    }
    throw new IOException("the metadata names no https address of keys");
  }
}

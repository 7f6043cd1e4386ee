package dev.latchstring.mcpserver.onward;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.discovery.AuthorizationServerLookup;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §2.1. The authorization server at which callers' tokens are exchanged. Its metadata is
 * looked up when it is first needed, and kept for an hour, or longer while it cannot be read.
 */
final class ExchangeEndpoint implements AutoCloseable {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final Duration METADATA_LIFE = Duration.ofHours(1);

  private final String issuer;
  private final ClientIdentity identity;
  private final @Nullable DpopProofs key;
  private final Clock clock;
  private final Http http = new Http();
  private final AuthorizationServerLookup lookup = new AuthorizationServerLookup(http);
  private final ClientRequests requests = new ClientRequests(http);
  private final TokenEndpoint tokens = new TokenEndpoint(requests);
  private volatile @Nullable Known known;

  private record Known(AuthorizationServerMetadata metadata, Instant until) {}

  ExchangeEndpoint(String issuer, ClientIdentity identity, @Nullable DpopProofs key, Clock clock) {
    this.issuer = issuer;
    this.identity = identity.at(issuer);
    this.key = key;
    this.clock = clock;
  }

  String clientId() {
    return identity.clientId();
  }

  /**
   * Asks for an access token.
   *
   * @param parameters besides those that name the caller's token and the type of what is asked for
   */
  Answer<TokenResponse> accessToken(CallersToken caller, Map<String, String> parameters) {
    AuthorizationServerMetadata metadata = metadata();
    return tokens.request(
        address(metadata), client(metadata), key, form(caller, TokenType.ACCESS_TOKEN, parameters));
  }

  /**
   * Asks for what is no access token: its {@code token_type} says nothing ({@code N_A}).
   *
   * @param type RFC 8693 §3: what is asked for
   */
  Answer<TokenResponse> assertion(
      CallersToken caller, String type, Map<String, String> parameters) {
    AuthorizationServerMetadata metadata = metadata();
    return Answer.read(
        "token endpoint",
        requests.post(address(metadata), client(metadata), key, form(caller, type, parameters)),
        TokenResponse.class);
  }

  private static Map<String, String> form(
      CallersToken caller, String type, Map<String, String> parameters) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT);
    form.put("subject_token", caller.value());
    form.put("subject_token_type", TokenType.ACCESS_TOKEN);
    form.put("requested_token_type", type);
    form.putAll(parameters);
    return form;
  }

  private ClientAuthentication client(AuthorizationServerMetadata metadata) {
    return ClientAuthentication.of(identity, metadata.tokenEndpointAuthMethodsSupported());
  }

  private static URI address(AuthorizationServerMetadata metadata) {
    return URI.create(String.valueOf(metadata.tokenEndpoint()));
  }

  private AuthorizationServerMetadata metadata() {
    Known present = known;
    if (present != null && clock.instant().isBefore(present.until())) {
      return present.metadata();
    }
    try {
      AuthorizationServerMetadata fresh = lookup.require(issuer, Trust.of(URI.create(issuer)));
      known = new Known(fresh, clock.instant().plus(METADATA_LIFE));
      return fresh;
    } catch (ClientException e) {
      if (present == null) {
        throw e;
      }
      return present.metadata();
    }
  }

  /** Releases the connections. */
  @Override
  public void close() {
    http.close();
  }
}

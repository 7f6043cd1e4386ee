package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.store.StoredRegistration;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.message.ClientInformation;
import dev.latchstring.oauth.message.ClientMetadata;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 and MCP, "Application Type and Redirect URI Constraints". Registers this program as a
 * native application with loopback redirect URIs, for the grants that the server offers.
 *
 * <p>A server that refuses that, as some do for a redirect URI or a grant, is asked once more, for
 * the one login at hand alone.
 */
final class DynamicRegistration {
  private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
  private static final String AUTHORIZATION_CODE = "authorization_code";
  private static final String REFRESH_TOKEN = "refresh_token";
  private static final List<String> ABOUT_METADATA =
      List.of("invalid_redirect_uri", "invalid_client_metadata", "invalid_request");

  private final Supplier<String> clientName;
  private final Http http;
  private final Clock clock;

  DynamicRegistration(Supplier<String> clientName, Http http, Clock clock) {
    this.clientName = clientName;
    this.http = http;
    this.clock = clock;
  }

  /**
   * @param redirectUri of the login at hand; null where no browser comes back
   */
  StoredRegistration register(Discovered at, @Nullable URI redirectUri) {
    String endpoint = at.authorizationServer().registrationEndpoint();
    if (endpoint == null) {
      throw Registration.impossible(at);
    }
    Answer<ClientInformation> answer = ask(at, endpoint, whole(at, redirectUri));
    if (answer instanceof Answer.Refused<ClientInformation> refused
        && ABOUT_METADATA.contains(refused.error())) {
      Answer<ClientInformation> less = ask(at, endpoint, least(at, redirectUri));
      answer = less instanceof Answer.Granted<ClientInformation> ? less : answer;
    }
    return switch (answer) {
      case Answer.Granted<ClientInformation>(ClientInformation given) ->
          stored(at, given, redirectUri);
      case Answer.Refused<ClientInformation> refused ->
          throw refused.as(
              Problem.CLIENT_REFUSED,
              "the registration of this client was refused",
              "register one by hand at "
                  + at.issuer()
                  + ", and pin client_id or set"
                  + " LATCH_CLIENT_ID");
    };
  }

  private Answer<ClientInformation> ask(Discovered at, String endpoint, ClientMetadata metadata) {
    Reply reply =
        http.postJson(
            URI.create(endpoint), Json.write(metadata), Map.of("Accept", "application/json"));
    try {
      return Answer.read("registration endpoint", reply, ClientInformation.class);
    } catch (ClientException e) {
      // Nobody said that there is such an endpoint; that there is none is not its fault.
      throw at.assumed() && e.problem() == Problem.METADATA_INVALID
          ? Registration.impossible(at)
          : e;
    }
  }

  /** Everything that a later login of this program may need, as far as the server offers it. */
  private ClientMetadata whole(Discovered at, @Nullable URI redirectUri) {
    AuthorizationServerMetadata server = at.authorizationServer();
    List<String> grants = new ArrayList<>();
    List<String> redirectUris = new ArrayList<>();
    if (redirectUri != null || server.authorizationEndpoint() != null) {
      grants.add(AUTHORIZATION_CODE);
      if (redirectUri == null) {
        redirectUris.addAll(LoopbackRedirects.PORTLESS);
      } else {
        // The very address too, for servers that do not leave the port open.
        redirectUris.add(redirectUri.toString());
        redirectUris.add(LoopbackRedirects.portless(redirectUri));
      }
    }
    if (server.deviceAuthorizationEndpoint() != null) {
      grants.add(DEVICE_CODE);
    }
    if (server.grantTypesSupported() == null || server.offersGrant(REFRESH_TOKEN)) {
      grants.add(REFRESH_TOKEN);
    }
    return metadata(at, grants, redirectUris);
  }

  private ClientMetadata least(Discovered at, @Nullable URI redirectUri) {
    return redirectUri == null
        ? metadata(at, List.of(DEVICE_CODE, REFRESH_TOKEN), List.of())
        : metadata(at, List.of(AUTHORIZATION_CODE, REFRESH_TOKEN), List.of(redirectUri.toString()));
  }

  private ClientMetadata metadata(Discovered at, List<String> grants, List<String> redirectUris) {
    return new ClientMetadata(
        redirectUris.isEmpty() ? null : redirectUris,
        authMethod(at),
        null,
        grants,
        redirectUris.isEmpty() ? List.of() : List.of("code"),
        clientName.get(),
        null,
        null,
        // RFC 7591 §2: a scope here would be the most that a later step-up can ask for.
        null,
        null,
        null,
        null,
        null,
        null,
        "latchstring",
        null,
        "native",
        null,
        null,
        null,
        null);
  }

  /** RFC 8252 §8.4: a native application is a public client, unless the server takes none. */
  private static String authMethod(Discovered at) {
    String pinned = at.settings().value(Setting.AUTH_METHOD);
    if (pinned != null && !pinned.equals(ClientAuthentication.PRIVATE_KEY_JWT)) {
      return pinned;
    }
    List<String> supported = at.authorizationServer().tokenEndpointAuthMethodsSupported();
    if (supported == null || supported.contains(ClientAuthentication.NONE)) {
      return ClientAuthentication.NONE;
    }
    return !supported.contains(ClientAuthentication.BASIC)
            && supported.contains(ClientAuthentication.POST)
        ? ClientAuthentication.POST
        : ClientAuthentication.BASIC;
  }

  /** RFC 7591 §3.2.1: what the server answers counts, not what was asked for. */
  private StoredRegistration stored(
      Discovered at, ClientInformation given, @Nullable URI redirectUri) {
    if (given.clientId() == null || given.clientId().isEmpty()) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the registration endpoint answered without a client_id (RFC 7591 section 3.2.1)",
          "ask the operator of " + at.issuer() + " to correct it");
    }
    String method = given.metadata().tokenEndpointAuthMethod();
    boolean isPublic = given.clientSecret() == null || ClientAuthentication.NONE.equals(method);
    return new StoredRegistration(
        at.issuer(),
        given.clientId(),
        isPublic ? null : given.clientSecret(),
        isPublic ? ClientAuthentication.NONE : method,
        clock.instant().getEpochSecond(),
        given.clientSecretExpiresAt() == null || isPublic ? 0 : given.clientSecretExpiresAt(),
        redirectUri == null ? null : List.of(redirectUri.toString()));
  }
}

package dev.latchstring.client.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.message.IntrospectionResponse;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Who approved a login: by the id token, the access token where it is a JWT of this issuer, and
 * introspection where the server lets this client ask.
 *
 * <p>Signatures are not checked: the tokens come straight from the token endpoint over TLS, which
 * OpenID Connect Core §3.1.3.7 takes in place of the signature, and what is read serves only to be
 * shown and compared here.
 */
final class Identities {
  private static final int MAX_JWT = 64 * 1024;

  /** OpenID Connect Core §2: a subject has at most 255 characters. It is compared, so never cut. */
  private static final int MAX_SUBJECT = 255;

  private static final List<String> NAMES =
      List.of("preferred_username", "username", "email", "name");

  private final Http http;

  Identities(Http http) {
    this.http = http;
  }

  Identity of(TokenResponse tokens, Discovered at, ClientAuthentication client) {
    Identity known = new Identity(at.issuer(), null, null);
    known = known(known, claims(tokens.idToken()));
    known = known(known, claims(tokens.accessToken()));
    if (known.name() != null && known.subject() != null) {
      return known;
    }
    return known(known, introspect(tokens, at, client));
  }

  /** Adds what claims of the same issuer say about the same subject. */
  private static Identity known(Identity before, @Nullable JsonNode claims) {
    if (claims == null) {
      return before;
    }
    String issuer = text(claims, "iss");
    String subject = text(claims, "sub");
    if ((issuer != null && !issuer.equals(before.issuer()))
        || subject == null
        || subject.length() > MAX_SUBJECT
        || !subject.equals(ServerText.clean(subject, MAX_SUBJECT))
        || (before.subject() != null && !before.subject().equals(subject))) {
      return before;
    }
    String name = before.name();
    for (String claim : NAMES) {
      name = name == null ? text(claims, claim) : name;
    }
    return new Identity(before.issuer(), subject, name == null ? null : shown(name));
  }

  private static String shown(String name) {
    return ServerText.clean(name, Identity.MAX_LENGTH);
  }

  private static @Nullable String text(JsonNode claims, String name) {
    JsonNode value = claims.get(name);
    return value == null || !value.isString() || value.stringValue().isEmpty()
        ? null
        : value.stringValue();
  }

  private static @Nullable JsonNode claims(@Nullable String jwt) {
    if (jwt == null || jwt.length() > MAX_JWT) {
      return null;
    }
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      JsonNode claims = Json.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
      return claims.isObject() ? claims : null;
    } catch (IllegalArgumentException | JsonException e) {
      return null;
    }
  }

  /** RFC 7662. Many servers answer resource servers alone; then nothing is learnt. */
  private @Nullable JsonNode introspect(
      TokenResponse tokens, Discovered at, ClientAuthentication client) {
    String endpoint = at.authorizationServer().introspectionEndpoint();
    String token = tokens.accessToken();
    if (endpoint == null || token == null) {
      return null;
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    client.addTo(form);
    try {
      Answer<IntrospectionResponse> answer =
          Answer.read(
              "introspection endpoint",
              http.postForm(URI.create(endpoint), form, client.authorization()),
              IntrospectionResponse.class);
      return answer instanceof Answer.Granted<IntrospectionResponse>(IntrospectionResponse said)
              && said.active()
          ? Json.mapper().valueToTree(said)
          : null;
    } catch (ClientException e) {
      return null;
    }
  }
}

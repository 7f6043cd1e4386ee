package dev.latchstring.authorizationserver.registration;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.JwtVerification;
import dev.latchstring.oauth.message.ClientMetadata;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7591 §2. What each member of a client's metadata may be, whoever wrote it.
 *
 * <p>A member that breaks its rule is {@code invalid_client_metadata}, or {@code
 * invalid_redirect_uri}; the description names the member. Texts are at most {@value #MAX_TEXT}
 * characters, addresses {@value HttpsUri#MAX_LENGTH}, lists {@value #MAX_ITEMS} items.
 */
public final class ClientMetadataRules {
  /** The most characters of a name, a contact or a version. */
  public static final int MAX_TEXT = 128;

  /** The most items of a list. */
  public static final int MAX_ITEMS = 16;

  /** RFC 7591 §2 and OpenID Connect Core §9: how a client may authenticate here. */
  public static final List<String> AUTH_METHODS =
      List.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  /** The algorithms a client may sign its assertions with. */
  public static final List<String> ASSERTION_ALGORITHMS =
      List.of("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512");

  /** OpenID Connect Registration §2: what id tokens can be signed with. */
  public static final List<String> ID_TOKEN_ALGORITHMS =
      List.of(SigningKeys.RS256, SigningKeys.ES256);

  private ClientMetadataRules() {}

  /**
   * Checks every member but the grants, which depend on who registers.
   *
   * @throws OAuthException {@code invalid_client_metadata} or {@code invalid_redirect_uri}
   */
  public static void check(ClientMetadata metadata) {
    if (metadata.applicationType() != null) {
      oneOf("application_type", metadata.applicationType(), List.of("native", "web"));
    }
    RedirectUriRules.check(metadata);
    oneOf("token_endpoint_auth_method", metadata.authMethod(), AUTH_METHODS);
    text("client_name", metadata.clientName());
    address("client_uri", metadata.clientUri());
    address("logo_uri", metadata.logoUri());
    address("tos_uri", metadata.tosUri());
    address("policy_uri", metadata.policyUri());
    items("contacts", metadata.contacts()).forEach(contact -> text("contacts", contact));
    text("software_id", metadata.softwareId());
    text("software_version", metadata.softwareVersion());
    items("grant_types", metadata.grantTypes()).forEach(grant -> text("grant_types", grant));
    items("response_types", metadata.responseTypes()).forEach(type -> text("response_types", type));
    JsonNode ai = metadata.extra(ClientMetadata.AI_METADATA);
    if (ai != null && !ai.isNull()) {
      AiMetadata.check(ai);
    }
    if (metadata.idTokenSignedResponseAlg() != null) {
      oneOf(
          "id_token_signed_response_alg", metadata.idTokenSignedResponseAlg(), ID_TOKEN_ALGORITHMS);
    }
    scope(metadata.scope());
    flag(metadata, ClientMetadata.REQUIRE_PUSHED_REQUESTS);
    flag(metadata, ClientMetadata.MCP_CONTEXT_IN_REDIRECT);
    keys(metadata);
  }

  private static void flag(ClientMetadata metadata, String member) {
    JsonNode value = metadata.extra(member);
    if (value != null && !value.isBoolean()) {
      throw invalid(member, "must be true or false");
    }
  }

  private static void scope(@Nullable String scope) {
    try {
      Scope unused = scope == null ? Scope.NONE : Scope.parse(scope);
    } catch (OAuthException e) {
      throw invalid("scope", e.description());
    }
  }

  private static void keys(ClientMetadata metadata) {
    address("jwks_uri", metadata.jwksUri());
    if (metadata.jwks() != null && metadata.jwksUri() != null) {
      throw invalid("jwks", "must not come together with jwks_uri (RFC 7591 section 2)");
    }
    if (metadata.jwks() != null) {
      publicKeys(metadata.jwks());
    }
    boolean keyed = metadata.jwks() != null || metadata.jwksUri() != null;
    boolean signs = metadata.authMethod().equals("private_key_jwt");
    if (signs && !keyed) {
      throw invalid("token_endpoint_auth_method", "private_key_jwt needs jwks or jwks_uri");
    }
    if (metadata.tokenEndpointAuthSigningAlg() != null) {
      oneOf(
          "token_endpoint_auth_signing_alg",
          metadata.tokenEndpointAuthSigningAlg(),
          ASSERTION_ALGORITHMS);
      if (!signs) {
        throw invalid("token_endpoint_auth_signing_alg", "has a meaning with private_key_jwt only");
      }
    }
  }

  /**
   * The keys of a JWK set by value: public ones alone, for a private key that travels is burnt.
   *
   * @throws OAuthException {@code invalid_client_metadata}
   */
  public static JWKSet publicKeys(JsonNode jwks) {
    JWKSet set;
    try {
      set = JWKSet.parse(Json.write(jwks));
    } catch (ParseException e) {
      throw invalid("jwks", "is not a JWK set (RFC 7517 section 5)");
    }
    if (set.getKeys().isEmpty() || set.getKeys().size() > MAX_ITEMS) {
      throw invalid("jwks", "must hold 1 to " + MAX_ITEMS + " keys of a known type");
    }
    for (JWK key : set.getKeys()) {
      if (key.isPrivate()) {
        throw invalid("jwks", "holds a private or symmetric key; send public keys, and replace it");
      }
      if (key instanceof RSAKey rsa && !JwtVerification.isUsable(rsa)) {
        throw invalid(
            "jwks", "holds an RSA key that is not of 2048 to 8192 bits and exponent 65537");
      }
    }
    return set;
  }

  private static void address(String member, @Nullable String text) {
    if (text == null) {
      return;
    }
    try {
      URI uri = new URI(text);
      if (text.length() <= HttpsUri.MAX_LENGTH
          && HttpsUri.isHttpsOrLoopback(uri)
          && uri.getRawUserInfo() == null) {
        return;
      }
    } catch (URISyntaxException e) {
      // Falls to the same answer.
    }
    throw invalid(member, "must be an https URL of at most " + HttpsUri.MAX_LENGTH + " characters");
  }

  /** Names are shown to people: nothing invisible, and nothing that turns the reading direction. */
  static void text(String member, @Nullable String text) {
    if (text == null) {
      return;
    }
    boolean shown = text.codePoints().noneMatch(c -> UNSEEN.contains((byte) Character.getType(c)));
    if (text.isBlank() || text.length() > MAX_TEXT || !shown) {
      throw invalid(member, "must be 1 to " + MAX_TEXT + " visible characters");
    }
  }

  private static final Set<Byte> UNSEEN =
      Set.of(
          Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED);

  static <T> List<T> items(String member, @Nullable List<T> items) {
    if (items == null) {
      return List.of();
    }
    if (items.size() > MAX_ITEMS || items.stream().anyMatch(java.util.Objects::isNull)) {
      throw invalid(member, "must be a list of at most " + MAX_ITEMS + " texts");
    }
    return items;
  }

  private static void oneOf(String member, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      throw invalid(member, "must be one of " + String.join(", ", allowed));
    }
  }

  static OAuthException invalid(String member, String why) {
    return new OAuthException(ErrorCode.INVALID_CLIENT_METADATA, member + " " + why);
  }
}

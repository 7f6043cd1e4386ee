package dev.latchstring.mcpserver.verification;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.mcpserver.tools.Actor;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.Confirmation;
import dev.latchstring.oauth.message.IntrospectionResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A caller from what a token says, read the same way from a JWT's claims and from an
 * introspection's answer.
 *
 * <p>Of a token that is bound to a key the thumbprint goes along (RFC 9449 §6). One that is bound
 * in a way that is not understood (RFC 7800 §3.1; RFC 8705 §3) is refused: its holder would prove
 * nothing.
 */
public final class Callers {
  /** The longest delegation chain that is read. */
  public static final int MAX_ACTORS = 8;

  private Callers() {}

  /** RFC 9068 §2.2, of a JWT that was verified. */
  public static VerifiedToken of(JWTClaimsSet verified) {
    AccessTokenClaims claims = AccessTokenClaims.of(verified);
    Map<String, Object> actor = claims.actor();
    Caller caller =
        new Caller(
            claims.subject(),
            claims.issuer(),
            claims.clientId(),
            claims.scope(),
            new LinkedHashSet<>(claims.teams()),
            claims.acr(),
            claims.authenticationTime(),
            actor == null ? List.of() : actors(Json.mapper().valueToTree(actor)),
            claims.expiresAt(),
            claims.mcp());
    return new VerifiedToken(caller, claims.keyThumbprint());
  }

  /**
   * RFC 7662 §2.2, of an answer that was checked.
   *
   * @param until when what is said ends, where the answer names no {@code exp}
   */
  public static VerifiedToken of(IntrospectionResponse token, String issuer, Instant until) {
    Map<String, JsonNode> extra = token.extra() == null ? Map.of() : token.extra();
    String keyThumbprint = keyThumbprint(token, extra.get("cnf"));
    String clientId = token.clientId();
    if (clientId == null) {
      throw invalid("the token's introspection names no client_id");
    }
    Caller caller =
        new Caller(
            token.sub() == null ? clientId : token.sub(),
            issuer,
            clientId,
            token.scope() == null ? Scope.NONE : Scope.parse(token.scope()),
            new LinkedHashSet<>(texts(extra.get("groups"))),
            text(extra.get("acr")),
            time(extra.get("auth_time")),
            actors(extra.get("act")),
            token.exp() == null ? until : Instant.ofEpochSecond(token.exp()),
            McpClaims.of(extra::get));
    return new VerifiedToken(caller, keyThumbprint);
  }

  /**
   * RFC 9068 §2.2, of a token that came straight from its issuer's token endpoint over TLS, which
   * takes the place of its signature: what it says beside what the login is known by.
   *
   * @param known who the login is of
   * @param claims the token's, of the same issuer
   */
  public static Caller told(Caller known, JsonNode claims) {
    return new Caller(
        known.subject(),
        known.issuer(),
        known.clientId(),
        known.scope(),
        new LinkedHashSet<>(texts(claims.get("groups"))),
        text(claims.get("acr")),
        time(claims.get("auth_time")),
        actors(claims.get("act")),
        known.expiresAt(),
        McpClaims.of(claims::get),
        known.provider());
  }

  /** RFC 9449 §6.2. */
  private static @Nullable String keyThumbprint(
      IntrospectionResponse token, @Nullable JsonNode confirmation) {
    if (confirmation == null && !"DPoP".equalsIgnoreCase(token.tokenType())) {
      return null;
    }
    if (confirmation == null || !confirmation.isObject()) {
      throw invalid("the token is bound to its holder, and its introspection does not say how");
    }
    Map<String, @Nullable String> members = new LinkedHashMap<>();
    confirmation
        .properties()
        .forEach(member -> members.put(member.getKey(), text(member.getValue())));
    return Confirmation.keyThumbprint(members);
  }

  private static @Nullable Instant time(@Nullable JsonNode seconds) {
    return seconds != null && seconds.isIntegralNumber()
        ? Instant.ofEpochSecond(seconds.asLong())
        : null;
  }

  private static List<Actor> actors(@Nullable JsonNode act) {
    List<Actor> actors = new ArrayList<>();
    for (JsonNode actor = act; actor != null; actor = actor.get("act")) {
      String subject = text(actor.get("sub"));
      String clientId = text(actor.get("client_id"));
      if (actors.size() == MAX_ACTORS || (subject == null && clientId == null)) {
        throw invalid("the token's claim act cannot be understood");
      }
      actors.add(
          new Actor(
              subject == null ? String.valueOf(clientId) : subject,
              text(actor.get("iss")),
              clientId));
    }
    return actors;
  }

  private static @Nullable String text(@Nullable JsonNode value) {
    return value != null && value.isString() ? value.stringValue() : null;
  }

  private static List<String> texts(@Nullable JsonNode values) {
    List<String> texts = new ArrayList<>();
    if (values != null && values.isArray()) {
      for (JsonNode value : values) {
        if (value.isString()) {
          texts.add(value.stringValue());
        }
      }
    }
    return texts;
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }
}

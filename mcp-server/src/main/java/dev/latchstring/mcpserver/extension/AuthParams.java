package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters of one request. They may hold a token, so no message repeats a value, nor the name
 * of a member that is not known. Whatever is wrong is -32602.
 */
final class AuthParams {
  /** The most characters of a provider's or an account's name, and of a flow's identity. */
  static final int MAX_NAME = 200;

  /** The most characters of an address that a browser ended at. */
  static final int MAX_ADDRESS = 8192;

  private final ObjectNode params;

  /**
   * @param known the members that the method has, besides {@code _meta}
   */
  AuthParams(String method, ObjectNode params, String... known) {
    this.params = params;
    Set<String> names = new TreeSet<>(Set.of(known));
    for (String name : params.propertyNames()) {
      if (name.equals("refresh_token")) {
        throw invalid("a refresh token cannot be delivered");
      }
      if (!names.contains(name) && !name.equals("_meta")) {
        throw invalid(
            names.isEmpty()
                ? method + " has no parameters"
                : "the parameters of " + method + " are " + String.join(", ", names));
      }
    }
  }

  @Nullable String name(String member) {
    return text(member, MAX_NAME);
  }

  @Nullable String text(String member, int limit) {
    JsonNode value = params.get(member);
    if (value == null) {
      return null;
    }
    if (!value.isString() || value.stringValue().isEmpty()) {
      throw invalid("params." + member + " must be a string that is not empty");
    }
    if (value.stringValue().length() > limit) {
      throw invalid("params." + member + " may have " + limit + " characters at most");
    }
    return value.stringValue();
  }

  /** Null where it is not there. */
  @Nullable Boolean truth(String member) {
    JsonNode value = params.get(member);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw invalid("params." + member + " must be true or false");
    }
    return value.booleanValue();
  }

  /** RFC 6749 §3.3; null where it is not there. */
  @Nullable Scope scope() {
    String text = text("scope", Scope.MAX_LENGTH);
    try {
      return text == null ? null : Scope.parse(text);
    } catch (OAuthException e) {
      throw invalid("params.scope is no scope (RFC 6749 section 3.3)");
    }
  }

  /**
   * What is delivered.
   *
   * @throws OAuthException where the token cannot be one
   */
  Delivery delivery() {
    String type = name("token_type");
    if (type != null && !type.equalsIgnoreCase("Bearer")) {
      throw invalid("params.token_type must be Bearer: a token bound to a key cannot be delivered");
    }
    // Its length is judged with its characters.
    String token = required("access_token", JsonRpc.MAX_MESSAGE);
    if (token.length() > JwtVerification.MAX_LENGTH) {
      throw invalid(
          "params.access_token may have " + JwtVerification.MAX_LENGTH + " characters at most");
    }
    String issuer = required("issuer", HttpsUri.MAX_LENGTH);
    String resource = required("resource", HttpsUri.MAX_LENGTH);
    Scope scope = scope();
    if (scope == null) {
      throw invalid("params.scope is missing");
    }
    Instant expiresAt = time(required("expires_at", MAX_NAME));
    try {
      return new Delivery(token, issuer, URI.create(resource), scope, expiresAt);
    } catch (IllegalArgumentException e) {
      throw invalid("params.resource must be a URI");
    }
  }

  private String required(String member, int limit) {
    String value = text(member, limit);
    if (value == null) {
      throw invalid("params." + member + " is missing");
    }
    return value;
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw invalid("params.expires_at must be a time of RFC 3339, such as 2026-07-28T12:00:00Z");
    }
  }

  static RpcError invalid(String why) {
    return new RpcError(RpcError.INVALID_PARAMS, why);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return "AuthParams[]";
  }
}

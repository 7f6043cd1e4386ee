package dev.latchstring.authorizationserver.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client presents of itself in a request, before anybody has checked it. */
sealed interface Credentials {
  /** The {@code client_assertion_type} of RFC 7523 §2.2. */
  String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** A name and nothing else. */
  record Named(String clientId) implements Credentials {}

  /**
   * RFC 6749 §2.3.1. A name and a secret.
   *
   * @param method {@code client_secret_basic} or {@code client_secret_post}
   * @param readings what the credentials may mean, the likeliest first
   */
  record Secret(String method, List<Reading> readings) implements Credentials {}

  /** A name and a secret as one way of reading the header gives them. */
  record Reading(String clientId, String secret) {
    @Override
    public String toString() {
      return "Reading[clientId=" + clientId + "]";
    }
  }

  /** RFC 7523 §2.2. A signed assertion. */
  record Assertion(String jwt) implements Credentials {
    @Override
    public String toString() {
      return "Assertion";
    }
  }

  /**
   * @param header the {@code Authorization} header, or null
   * @throws OAuthException {@code invalid_request} where there is more than one kind (RFC 6749
   *     §2.3) or where one is malformed; {@code invalid_client} where there is none
   */
  static Credentials of(@Nullable String header, FormParameters form) {
    String clientId = form.optional("client_id");
    String secret = form.optional("client_secret");
    String assertion = form.optional("client_assertion");
    int kinds = (header == null ? 0 : 1) + (secret == null ? 0 : 1) + (assertion == null ? 0 : 1);
    if (kinds > 1) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          "the request authenticates the client in more than one way (RFC 6749 section 2.3)");
    }
    if (header != null) {
      return basic(header, clientId);
    }
    if (assertion != null) {
      return assertion(form.required("client_assertion_type"), assertion);
    }
    if (clientId == null) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "the request names no client; send client_id or authenticate");
    }
    return secret == null
        ? new Named(clientId)
        : new Secret("client_secret_post", List.of(new Reading(clientId, secret)));
  }

  private static Credentials assertion(String type, String assertion) {
    if (!type.equals(JWT_BEARER)) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "client_assertion_type must be " + JWT_BEARER);
    }
    return new Assertion(assertion);
  }

  /**
   * RFC 6749 §2.3.1 wants name and secret form-encoded inside the header; common clients send them
   * raw. Both readings are tried, the raw one first, for most secrets read the same in both. RFC
   * 7617 §2: neither holds a control character.
   */
  private static Credentials basic(String header, @Nullable String named) {
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "the Authorization scheme for clients here is Basic");
    }
    String pair = decode(header.substring(6).strip());
    int colon = pair.indexOf(':');
    if (colon < 0 || pair.chars().anyMatch(Character::isISOControl)) {
      throw malformed();
    }
    List<Reading> readings = new ArrayList<>(2);
    readings.add(new Reading(pair.substring(0, colon), pair.substring(colon + 1)));
    if (pair.indexOf('%') >= 0 || pair.indexOf('+') >= 0) {
      formEncoded(pair, colon, readings);
    }
    if (named != null && readings.stream().noneMatch(r -> r.clientId().equals(named))) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "client_id is not the client of the Authorization header");
    }
    return new Secret("client_secret_basic", readings);
  }

  private static void formEncoded(String pair, int colon, List<Reading> readings) {
    try {
      readings.add(
          new Reading(
              FormParameters.decode(pair.substring(0, colon)),
              FormParameters.decode(pair.substring(colon + 1))));
    } catch (OAuthException e) {
      // Not form-encoded: the raw reading is the only one.
    }
  }

  private static String decode(String base64) {
    try {
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw malformed();
    }
  }

  private static OAuthException malformed() {
    return new OAuthException(
        ErrorCode.INVALID_REQUEST,
        "the Authorization header is not Basic with base64 of client_id:client_secret");
  }
}

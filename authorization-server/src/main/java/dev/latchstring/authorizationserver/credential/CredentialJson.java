package dev.latchstring.authorizationserver.credential;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * WebAuthn Level 3 §5.1.8. What a browser's {@code PublicKeyCredential.toJSON()} says, read and
 * bounded, before any of it is believed. Members that are not needed are passed over.
 *
 * <p>Bytes are base64url without padding. What is missing, of another type, malformed or too long
 * is an {@link IllegalArgumentException} that names the member.
 */
final class CredentialJson {
  private static final int MAX_ID = 1023;
  private static final int MAX_CLIENT_DATA = 4096;
  private static final int MAX_ATTESTATION = 8192;
  private static final int MAX_AUTHENTICATOR_DATA = 4096;
  private static final int MAX_SIGNATURE = 1024;
  private static final int MAX_USER_HANDLE = 64;
  private static final List<String> TRANSPORTS =
      List.of("usb", "nfc", "ble", "smart-card", "hybrid", "internal");

  private CredentialJson() {}

  /** RegistrationResponseJSON. */
  record Registration(
      byte[] id, byte[] clientDataJson, byte[] attestationObject, List<String> transports) {}

  /**
   * AuthenticationResponseJSON.
   *
   * @param userHandle null where the authenticator gave none
   */
  record Authentication(
      byte[] id,
      byte[] clientDataJson,
      byte[] authenticatorData,
      byte[] signature,
      byte @Nullable [] userHandle) {}

  static Registration registration(JsonNode json) {
    JsonNode response = response(json);
    return new Registration(
        id(json),
        clientData(response),
        bytes(response, "attestationObject", MAX_ATTESTATION),
        transports(response.path("transports")));
  }

  static Authentication authentication(JsonNode json) {
    JsonNode response = response(json);
    JsonNode userHandle = response.path("userHandle");
    return new Authentication(
        id(json),
        clientData(response),
        bytes(response, "authenticatorData", MAX_AUTHENTICATOR_DATA),
        bytes(response, "signature", MAX_SIGNATURE),
        userHandle.isMissingNode() || userHandle.isNull()
            ? null
            : bytes(response, "userHandle", MAX_USER_HANDLE));
  }

  private static JsonNode response(JsonNode json) {
    JsonNode type = json.path("type");
    if (!type.isString() || !type.asString().equals("public-key")) {
      throw new IllegalArgumentException("type: must be public-key");
    }
    return json.path("response");
  }

  private static byte[] id(JsonNode json) {
    byte[] id = bytes(json, "id", MAX_ID);
    if (json.has("rawId") && !json.path("rawId").equals(json.path("id"))) {
      throw new IllegalArgumentException("rawId: differs from id");
    }
    return id;
  }

  /** Read strictly here, for the library would take a member that comes twice. */
  private static byte[] clientData(JsonNode response) {
    byte[] bytes = bytes(response, "clientDataJSON", MAX_CLIENT_DATA);
    JsonNode clientData;
    try {
      clientData = Json.readTree(bytes);
    } catch (JsonException e) {
      throw new IllegalArgumentException("clientDataJSON: not JSON", e);
    }
    JsonNode crossOrigin = clientData.path("crossOrigin");
    boolean absent = crossOrigin.isMissingNode() || crossOrigin.isNull();
    if (!clientData.isObject()
        || !(absent || (crossOrigin.isBoolean() && !crossOrigin.asBoolean()))) {
      throw new IllegalArgumentException("clientDataJSON: from within a frame of another site");
    }
    return bytes;
  }

  private static byte[] bytes(JsonNode json, String name, int max) {
    JsonNode member = json.path(name);
    String text = member.isString() ? member.asString() : "";
    if (text.isEmpty() || text.length() > (max * 4 + 2) / 3) {
      throw new IllegalArgumentException(name + ": missing, empty or too long");
    }
    return decode(name, text);
  }

  /** RFC 4648 §5, without padding, one spelling for the same bytes. */
  static byte[] decode(String name, String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (encode(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": not base64url", e);
    }
    throw new IllegalArgumentException(name + ": not base64url");
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Those that are known; a browser may say others, or nothing. */
  private static List<String> transports(JsonNode json) {
    List<String> transports = new ArrayList<>();
    for (JsonNode transport : json) {
      String text = transport.isString() ? transport.asString() : "";
      if (TRANSPORTS.contains(text) && !transports.contains(text)) {
        transports.add(text);
      }
    }
    return transports;
  }
}

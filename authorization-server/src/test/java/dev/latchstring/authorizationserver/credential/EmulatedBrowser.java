package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.data.AuthenticatorAssertionResponse;
import com.webauthn4j.data.PublicKeyCredential;
import com.webauthn4j.data.PublicKeyCredentialCreationOptions;
import com.webauthn4j.data.PublicKeyCredentialRequestOptions;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.test.authenticator.webauthn.NoneAttestationAuthenticator;
import com.webauthn4j.test.authenticator.webauthn.WebAuthnAuthenticatorAdaptor;
import com.webauthn4j.test.client.ClientPlatform;
import dev.latchstring.oauth.Json;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * webauthn4j's browser and authenticator, and what an attacker makes of its private keys: any
 * assertion, with a right signature.
 */
final class EmulatedBrowser {
  static final int PRESENT = 0x01;
  static final int VERIFIED = 0x04;
  static final int USUAL = PRESENT | VERIFIED;

  private final ObjectConverter converter = new ObjectConverter();
  private final NoneAttestationAuthenticator authenticator =
      new NoneAttestationAuthenticator(AAGUID.ZERO, 0, true, converter);
  private final ClientPlatform platform;

  EmulatedBrowser(String origin) {
    platform =
        new ClientPlatform(
            new Origin(origin), new WebAuthnAuthenticatorAdaptor(authenticator, converter));
  }

  /** navigator.credentials.create, from the options as they are written to its toJSON. */
  ObjectNode create(JsonNode options) {
    return json(
        platform.create(
            converter
                .getJsonMapper()
                .readValue(options.toString(), PublicKeyCredentialCreationOptions.class)));
  }

  /** navigator.credentials.get, likewise. */
  ObjectNode get(JsonNode options) {
    PublicKeyCredential<AuthenticatorAssertionResponse, ?> credential =
        platform.get(
            converter
                .getJsonMapper()
                .readValue(options.toString(), PublicKeyCredentialRequestOptions.class));
    return json(credential);
  }

  private ObjectNode json(Object credential) {
    return (ObjectNode) Json.readTree(converter.getJsonMapper().writeValueAsString(credential));
  }

  /** What an attacker decides; the rest is right. */
  record Forgery(
      String type,
      byte[] challenge,
      String origin,
      String more,
      String rpId,
      int flags,
      long counter) {

    static Forgery of(byte[] challenge) {
      return new Forgery(
          "webauthn.get", challenge, PasskeysTest.ORIGIN, "", PasskeysTest.HOST, USUAL, 100);
    }

    Forgery type(String other) {
      return new Forgery(other, challenge, origin, more, rpId, flags, counter);
    }

    Forgery origin(String other) {
      return new Forgery(type, challenge, other, more, rpId, flags, counter);
    }

    Forgery more(String other) {
      return new Forgery(type, challenge, origin, other, rpId, flags, counter);
    }

    Forgery rpId(String other) {
      return new Forgery(type, challenge, origin, more, other, flags, counter);
    }

    Forgery flags(int other) {
      return new Forgery(type, challenge, origin, more, rpId, other, counter);
    }

    Forgery counter(long other) {
      return new Forgery(type, challenge, origin, more, rpId, flags, other);
    }
  }

  /** An assertion of one of this authenticator's credentials that says whatever one likes. */
  ObjectNode forge(byte[] credentialId, Forgery forgery) throws GeneralSecurityException {
    return signed(credentialId, forgery, signer(credentialId));
  }

  private Signature signer(byte[] credentialId) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(authenticator.lookup(credentialId).getPrivateKey().getPrivateKey());
    return signature;
  }

  static ObjectNode signed(byte[] credentialId, Forgery forgery, Signature signer)
      throws GeneralSecurityException {
    byte[] clientData =
        ("{\"type\":\""
                + forgery.type()
                + "\",\"challenge\":\""
                + CredentialJson.encode(forgery.challenge())
                + "\",\"origin\":\""
                + forgery.origin()
                + "\""
                + forgery.more()
                + "}")
            .getBytes(UTF_8);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] authenticatorData =
        ByteBuffer.allocate(37)
            .put(sha256.digest(forgery.rpId().getBytes(UTF_8)))
            .put((byte) forgery.flags())
            .putInt((int) forgery.counter())
            .array();
    return assertion(credentialId, clientData, authenticatorData, signer);
  }

  ObjectNode assertion(byte[] credentialId, byte[] clientData, byte[] authenticatorData)
      throws GeneralSecurityException {
    return assertion(credentialId, clientData, authenticatorData, signer(credentialId));
  }

  private static ObjectNode assertion(
      byte[] credentialId, byte[] clientData, byte[] authenticatorData, Signature signer)
      throws GeneralSecurityException {
    signer.update(authenticatorData);
    signer.update(MessageDigest.getInstance("SHA-256").digest(clientData));
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", CredentialJson.encode(credentialId));
    json.put("rawId", CredentialJson.encode(credentialId));
    json.put("type", "public-key");
    json.putObject("response")
        .put("clientDataJSON", CredentialJson.encode(clientData))
        .put("authenticatorData", CredentialJson.encode(authenticatorData))
        .put("signature", CredentialJson.encode(signer.sign()));
    return json;
  }

  static byte[] truncated(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }
}

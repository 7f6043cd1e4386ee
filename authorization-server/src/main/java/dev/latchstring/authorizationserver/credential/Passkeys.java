package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.credential.WebAuthnLibrary.Outcome;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.Json;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * WebAuthn Level 3 §5.1.4, §7.2. Asks a person for a passkey and checks the answer; knows no HTTP,
 * keeps no challenge and counts no attempts: whoever asks makes a challenge of at least 16 random
 * bytes, takes one answer to it and counts.
 *
 * <p>Somebody who has no passkey, or does not exist, is asked for as many, with identifiers as long
 * and as random, as somebody else here has; and an answer is checked against somebody's key.
 */
public final class Passkeys {
  /** How long the browser lets the person look for it. */
  static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final int MIN_CHALLENGE = 16;
  private static final int MIN_SEED = 16;
  private static final int USUAL_ID = 32;
  private static final List<String> USUAL_TRANSPORTS = List.of("hybrid", "internal");

  private final PasskeyStore store;
  private final RelyingParty party;

  public Passkeys(PasskeyStore store, RelyingParty party) {
    this.store = store;
    this.party = party;
  }

  /**
   * PublicKeyCredentialRequestOptionsJSON: what {@code publicKey} is.
   *
   * @param subject the account; null for somebody who is not known
   * @param challenge at least 16 bytes, random, for one answer
   * @param decoySeed at least 16 bytes that nobody can guess and that are the same whenever the
   *     same person is named, such as an HMAC of the name under a key of the server: what is shown
   *     where there is no passkey follows from it
   */
  public ObjectNode options(@Nullable String subject, byte[] challenge, byte[] decoySeed) {
    if (challenge.length < MIN_CHALLENGE || decoySeed.length < MIN_SEED) {
      throw new IllegalArgumentException("a challenge and a seed have at least 16 bytes each");
    }
    String stranger = CredentialJson.encode(decoy(decoySeed, "subject", 0, 16));
    String wanted = subject == null ? stranger : subject;
    ObjectNode options = Json.mapper().createObjectNode();
    options.put("challenge", CredentialJson.encode(challenge));
    options.put("timeout", TIMEOUT.toMillis());
    options.put("rpId", party.id());
    ArrayNode allowed = options.putArray("allowCredentials");
    List<Passkey> nearest = store.ofNearest(wanted);
    for (int i = 0; i < nearest.size(); i++) {
      Passkey passkey = nearest.get(i);
      byte[] decoy = decoy(decoySeed, "passkey", i, passkey.credentialId().length);
      boolean theirs = passkey.subject().equals(wanted);
      describe(allowed.addObject(), theirs ? passkey.credentialId() : decoy, passkey.transports());
    }
    if (nearest.isEmpty()) {
      describe(allowed.addObject(), decoy(decoySeed, "passkey", 0, USUAL_ID), USUAL_TRANSPORTS);
    }
    options.put("userVerification", "required");
    return options;
  }

  /** PublicKeyCredentialDescriptorJSON. */
  static void describe(ObjectNode descriptor, byte[] id, List<String> transports) {
    descriptor.put("type", "public-key");
    descriptor.put("id", CredentialJson.encode(id));
    ArrayNode named = descriptor.putArray("transports");
    transports.forEach(named::add);
  }

  private static byte[] decoy(byte[] seed, String what, int index, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(seed, "HmacSHA256"));
      byte[] id = new byte[length];
      for (int from = 0; from < length; from += 32) {
        byte[] block = mac.doFinal((what + ":" + index + ":" + from).getBytes(UTF_8));
        System.arraycopy(block, 0, id, from, Math.min(32, length - from));
      }
      return id;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /**
   * Whether a text is an AuthenticationResponseJSON within the limits, whatever it proves: one that
   * is not is a fault of the client, not a wrong answer.
   */
  public static boolean isWellFormed(JsonNode authenticationResponseJson) {
    return read(authenticationResponseJson).isPresent();
  }

  private static Optional<CredentialJson.Authentication> read(JsonNode json) {
    try {
      return Optional.of(CredentialJson.authentication(json));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a passkey of this person, and of nobody else, signed this challenge at an origin of
   * ours, with the person present and verified, and with a counter that grew where it has one.
   *
   * @param subject the account; null for somebody who is not known
   * @param challenge the one that was asked with; it must not be taken again after this
   */
  public boolean verify(
      @Nullable String subject, byte[] challenge, JsonNode authenticationResponseJson) {
    CredentialJson.Authentication answer = read(authenticationResponseJson).orElse(null);
    if (answer == null) {
      return false;
    }
    Passkey nearest = store.nearest(answer.id()).orElse(null);
    if (nearest == null) {
      return false;
    }
    Outcome outcome = WebAuthnLibrary.authenticate(answer, nearest, challenge, party);
    boolean theirs =
        nearest.subject().equals(subject)
            && Arrays.equals(nearest.credentialId(), answer.id())
            && isHandleOf(answer.userHandle(), nearest.subject());
    if (!theirs) {
      return false;
    }
    return switch (outcome) {
      case Outcome.Verified verified
          when store.use(answer.id(), verified.signCount(), verified.backedUp()) ->
          true;
      case Outcome.Verified behind -> cloned(nearest.subject());
      case Outcome.Refused refused when refused.cloned() -> cloned(nearest.subject());
      case Outcome.Refused refused -> {
        SecurityLog.note(
            "passkey_refused", "subject", nearest.subject(), "reason", refused.reason());
        yield false;
      }
    };
  }

  /** WebAuthn §7.2, step 22: somebody may have a copy of the private key. */
  private static boolean cloned(String subject) {
    SecurityLog.warn("passkey_counter_behind", "subject", subject);
    return false;
  }

  private static boolean isHandleOf(byte @Nullable [] userHandle, String subject) {
    return userHandle == null || Arrays.equals(userHandle, subject.getBytes(UTF_8));
  }
}

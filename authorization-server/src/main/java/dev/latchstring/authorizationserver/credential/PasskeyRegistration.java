package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.credential.PasskeyStore.Added;
import dev.latchstring.authorizationserver.credential.WebAuthnLibrary.Refusal;
import dev.latchstring.authorizationserver.credential.WebAuthnLibrary.Registered;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** WebAuthn Level 3 §5.1.3, §7.1. Makes a passkey of a person who is signed in. */
final class PasskeyRegistration {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final PasskeyStore store;
  private final RelyingParty party;
  private final Clock clock;

  PasskeyRegistration(PasskeyStore store, RelyingParty party, Clock clock) {
    this.store = store;
    this.party = party;
    this.clock = clock;
  }

  /** PublicKeyCredentialCreationOptionsJSON. */
  ObjectNode options(Account account, byte[] challenge) {
    ObjectNode options = Json.mapper().createObjectNode();
    options.putObject("rp").put("id", party.id()).put("name", party.id());
    options
        .putObject("user")
        .put("id", CredentialJson.encode(account.subject().getBytes(UTF_8)))
        .put("name", name(account))
        .put("displayName", account.displayName());
    options.put("challenge", CredentialJson.encode(challenge));
    ArrayNode algorithms = options.putArray("pubKeyCredParams");
    for (long algorithm : RelyingParty.ALGORITHMS) {
      algorithms.addObject().put("type", "public-key").put("alg", algorithm);
    }
    options.put("timeout", TIMEOUT.toMillis());
    ArrayNode excluded = options.putArray("excludeCredentials");
    for (Passkey passkey : store.of(account.subject())) {
      Passkeys.describe(excluded.addObject(), passkey.credentialId(), passkey.transports());
    }
    options
        .putObject("authenticatorSelection")
        .put("residentKey", "preferred")
        .put("requireResidentKey", false)
        .put("userVerification", "required");
    options.put("attestation", "none");
    return options;
  }

  /** What an authenticator lists the account by. */
  static String name(Account account) {
    return Objects.requireNonNullElse(account.username(), account.displayName());
  }

  /** What came of it. */
  enum Result {
    ADDED,
    KNOWN,
    TOO_MANY,
    REFUSED
  }

  /**
   * Keeps the passkey that a browser made.
   *
   * @param challenge the one that it was asked with, which is used up
   * @param json RegistrationResponseJSON
   * @param name what the person calls it
   */
  Result register(String subject, byte[] challenge, String json, String name) {
    Registered registered;
    List<String> transports;
    try {
      CredentialJson.Registration response = CredentialJson.registration(Json.readTree(json));
      registered = WebAuthnLibrary.register(response, challenge, party);
      transports = response.transports();
    } catch (JsonException | IllegalArgumentException | Refusal e) {
      return Result.REFUSED;
    }
    Added added =
        store.add(
            new Passkey(
                registered.credentialId(),
                subject,
                registered.publicKey(),
                registered.signCount(),
                transports,
                registered.backupEligible(),
                registered.backedUp(),
                name,
                clock.instant(),
                null));
    return switch (added) {
      case YES -> Result.ADDED;
      case KNOWN -> Result.KNOWN;
      case TOO_MANY -> Result.TOO_MANY;
    };
  }
}

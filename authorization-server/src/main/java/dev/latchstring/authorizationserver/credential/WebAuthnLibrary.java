package dev.latchstring.authorizationserver.credential;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.authenticator.COSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.data.extension.client.AuthenticationExtensionsClientOutputs;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * WebAuthn §7.1, §7.2: the two ceremonies, by webauthn4j. No other class names it, so that it is
 * loaded when somebody uses a passkey and not when the server starts.
 *
 * <p>The person must be present and verified; attestations are neither asked for nor believed.
 */
final class WebAuthnLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(WebAuthnLibrary.class);

  private static final ObjectConverter CONVERTER = new ObjectConverter();
  private static final WebAuthnManager MANAGER =
      WebAuthnManager.createNonStrictWebAuthnManager(CONVERTER);

  private WebAuthnLibrary() {}

  /** What a registration says of the new credential. */
  record Registered(
      byte[] credentialId,
      byte[] publicKey,
      long signCount,
      boolean backupEligible,
      boolean backedUp) {}

  /** What came of a check. */
  sealed interface Outcome {
    record Verified(long signCount, boolean backedUp) implements Outcome {}

    /**
     * @param cloned whether all was right but the counter, which is behind
     */
    record Refused(String reason, boolean cloned) implements Outcome {}
  }

  /** A registration that breaks a rule of §7.1. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private Refusal(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * @throws Refusal where it is not an answer to this challenge, at an origin of this relying
   *     party, by a verified person, with an algorithm that was offered
   */
  static Registered register(
      CredentialJson.Registration response, byte[] challenge, RelyingParty party) throws Refusal {
    List<PublicKeyCredentialParameters> algorithms =
        RelyingParty.ALGORITHMS.stream()
            .map(COSEAlgorithmIdentifier::create)
            .map(alg -> new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, alg))
            .toList();
    try {
      RegistrationData data =
          MANAGER.verify(
              new RegistrationRequest(response.attestationObject(), response.clientDataJson()),
              new RegistrationParameters(server(challenge, party), algorithms, true, true));
      AuthenticatorData<?> authenticator = data.getAttestationObject().getAuthenticatorData();
      AttestedCredentialData credential = authenticator.getAttestedCredentialData();
      if (!Arrays.equals(credential.getCredentialId(), response.id())) {
        throw new Refusal("id is not the one that was attested");
      }
      return new Registered(
          credential.getCredentialId(),
          CONVERTER.getCborMapper().writeValueAsBytes(credential.getCOSEKey()),
          authenticator.getSignCount(),
          authenticator.isFlagBE(),
          authenticator.isFlagBS());
    } catch (WebAuthnException | IllegalArgumentException e) {
      throw new Refusal(reason(e));
    } catch (RuntimeException e) {
      // Bytes of a stranger were read: whatever the library made of them, they prove nothing.
      LOG.debug("a registration could not be read", e);
      throw new Refusal(reason(e));
    }
  }

  static Outcome authenticate(
      CredentialJson.Authentication response,
      Passkey passkey,
      byte[] challenge,
      RelyingParty party) {
    try {
      AuthenticationData data =
          MANAGER.verify(
              new AuthenticationRequest(
                  passkey.credentialId(),
                  response.userHandle(),
                  response.authenticatorData(),
                  response.clientDataJson(),
                  response.signature()),
              new AuthenticationParameters(
                  server(challenge, party),
                  record(passkey),
                  List.of(passkey.credentialId()),
                  true,
                  true));
      AuthenticatorData<?> authenticator = data.getAuthenticatorData();
      return new Outcome.Verified(authenticator.getSignCount(), authenticator.isFlagBS());
    } catch (MaliciousCounterValueException e) {
      return new Outcome.Refused(reason(e), true);
    } catch (RuntimeException e) {
      LOG.debug("an assertion was refused", e);
      return new Outcome.Refused(reason(e), false);
    }
  }

  private static ServerProperty server(byte[] challenge, RelyingParty party) {
    Set<Origin> origins = party.origins().stream().map(Origin::new).collect(Collectors.toSet());
    return ServerProperty.builder()
        .origins(origins)
        .rpId(party.id())
        .challenge(new DefaultChallenge(challenge))
        .build();
  }

  private static CredentialRecordImpl record(Passkey passkey) {
    COSEKey key = CONVERTER.getCborMapper().readValue(passkey.publicKey(), COSEKey.class);
    return new CredentialRecordImpl(
        new NoneAttestationStatement(),
        true,
        passkey.backupEligible(),
        passkey.backedUp(),
        passkey.signCount(),
        new AttestedCredentialData(AAGUID.ZERO, passkey.credentialId(), key),
        new AuthenticationExtensionsAuthenticatorOutputs<>(),
        null,
        new AuthenticationExtensionsClientOutputs<>(),
        Set.of());
  }

  private static String reason(RuntimeException e) {
    return e.getClass().getSimpleName();
  }
}

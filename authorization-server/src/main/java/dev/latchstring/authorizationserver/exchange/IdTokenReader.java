package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.assertion.AssertionVerifier;
import dev.latchstring.authorizationserver.assertion.AssertionVerifier.Verified;
import dev.latchstring.authorizationserver.assertion.AuthenticationContext;
import dev.latchstring.authorizationserver.assertion.People;
import dev.latchstring.authorizationserver.assertion.Presenters;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.jwt.ActorChain;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect Core §3.1.3.7. Id tokens of trusted issuers: issued to the very client that
 * presents them, not expired.
 */
public final class IdTokenReader implements SubjectTokenReader {
  private static final Set<String> TYPES = Set.of("", "jwt");

  private final AssertionVerifier verifier;
  private final People people;
  private final Clock clock;

  public IdTokenReader(AssertionVerifier verifier, People people, Clock clock) {
    this.verifier = verifier;
    this.people = people;
    this.clock = clock;
  }

  @Override
  public String type() {
    return TokenType.ID_TOKEN;
  }

  @Override
  public Optional<SubjectToken> read(String token, RegisteredClient client) {
    if (!verifier.isOfTrusted(token, Use.SUBJECT_TOKEN)) {
      return Optional.empty();
    }
    String id = client.clientId();
    Verified verified =
        verifier.verify(
            token,
            Use.SUBJECT_TOKEN,
            TYPES,
            issuer -> Set.of(issuer.clientIds().getOrDefault(id, id)));
    Presenters.requireAllowed(verified.issuer(), client);
    requireIdToken(verified);
    People.Person person = people.find(verified);
    return Optional.of(
        new SubjectToken(
            person.subject(),
            person.username(),
            person.teams(),
            AuthenticationContext.of(verified, clock.instant()),
            null,
            mayAct(verified)));
  }

  /** The claims that an id token must have, and those that only other tokens have. */
  private void requireIdToken(Verified verified) {
    String party = verified.text("azp");
    boolean ofClient =
        !verified.payload().has("azp") || verified.claims().getAudience().contains(party);
    if (!ofClient
        || verified.issuedAt() == null
        || verified.payload().has("scope")
        || verified.payload().has("client_id")
        || verified.payload().has("cnf")
        || !clock.instant().isBefore(verified.expiresAt())) {
      throw refused("the subject_token is not an id token of this client that is still good");
    }
  }

  private static @Nullable Map<String, Object> mayAct(Verified verified) {
    Object mayAct = verified.claims().getClaim("may_act");
    if (mayAct == null) {
      return null;
    }
    return ActorChain.checked(mayAct)
        .orElseThrow(() -> refused("the subject_token's may_act is not usable"));
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

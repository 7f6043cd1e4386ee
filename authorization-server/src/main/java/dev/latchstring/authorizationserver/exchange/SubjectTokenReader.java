package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.OAuthException;
import java.util.Optional;

/** RFC 8693 §2.1. One kind of {@code subject_token} that an identity provider takes. */
public interface SubjectTokenReader {
  /** The {@code subject_token_type}. */
  String type();

  /**
   * What a token says, where it is good and was issued to this client.
   *
   * @return empty where the token is none that this reader knows, so that another may
   * @throws OAuthException where it knows the token and the token is not good
   */
  Optional<SubjectToken> read(String token, RegisteredClient client);
}

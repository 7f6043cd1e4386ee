package dev.latchstring.mcpserver.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.mcpserver.verification.SharedSearch;
import dev.latchstring.mcpserver.verification.VerifiedToken;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What was found out about tokens, by their SHA-256: the tokens themselves are not kept. Of several
 * requests that bring the same new token one finds out and the others wait for it.
 */
final class RememberedTokens {
  private final Cache<String, Finding> remembered;
  private final SharedSearch<Finding> searches = new SharedSearch<>();
  private final InstantSource clock;

  /** What was found out, and until when it may be used. */
  sealed interface Finding {
    Instant until();

    record Good(VerifiedToken token, Instant until) implements Finding {}

    record Bad(OAuthException reason, Instant until) implements Finding {}
  }

  RememberedTokens(int most, InstantSource clock) {
    this.remembered = Caffeine.newBuilder().maximumSize(most).build();
    this.clock = clock;
  }

  /**
   * @param search finds out about a token; what it throws is not remembered
   */
  Finding get(String token, Function<String, Finding> search) {
    String key = Secrets.sha256Base64Url(token);
    Finding known = remembered.getIfPresent(key);
    return known != null && clock.instant().isBefore(known.until())
        ? known
        : once(key, token, search);
  }

  private Finding once(String key, String token, Function<String, Finding> search) {
    return searches.find(
        key,
        () -> {
          Finding found = search.apply(token);
          if (clock.instant().isBefore(found.until())) {
            remembered.put(key, found);
          }
          return found;
        });
  }
}

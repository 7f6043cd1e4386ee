package dev.latchstring.mcpserver.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What was found out about tokens, by their SHA-256: the tokens themselves are not kept. Of several
 * requests that bring the same new token one finds out and the others wait for it.
 */
final class RememberedTokens {
  private final Cache<String, Finding> remembered;
  private final ConcurrentMap<String, CompletableFuture<Finding>> searches =
      new ConcurrentHashMap<>();
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
    CompletableFuture<Finding> mine = new CompletableFuture<>();
    CompletableFuture<Finding> others = searches.putIfAbsent(key, mine);
    if (others != null) {
      return join(others);
    }
    try {
      Finding found = search.apply(token);
      if (clock.instant().isBefore(found.until())) {
        remembered.put(key, found);
      }
      mine.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      searches.remove(key, mine);
    }
  }

  private static Finding join(CompletableFuture<Finding> others) {
    try {
      return others.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}

package dev.latchstring.mcpserver.verification;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Of several threads that want to know the same, one finds out and the others wait for it. Nothing
 * is remembered.
 *
 * @param <V> what is found
 */
public final class SharedSearch<V> {
  private final ConcurrentMap<String, CompletableFuture<V>> searches = new ConcurrentHashMap<>();

  /**
   * What the search of this key finds, or throws; the thread's own search unless one is under way.
   *
   * @param search ends by itself, for nobody ends it
   */
  public V find(String key, Supplier<V> search) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> others = searches.putIfAbsent(key, mine);
    if (others != null) {
      return join(others);
    }
    try {
      V found = search.get();
      mine.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      searches.remove(key, mine);
    }
  }

  private static <V> V join(CompletableFuture<V> others) {
    try {
      return others.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}

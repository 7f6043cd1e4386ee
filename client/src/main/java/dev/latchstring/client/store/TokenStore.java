package dev.latchstring.client.store;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps entries. Every method is atomic; a reader sees the entry as it was before a write or after
 * it.
 *
 * <p>All throw {@link ClientException}: {@link Problem#STORE_UNAVAILABLE} where the medium fails or
 * a lock is not to be had in 30 seconds, {@link Problem#STORE_DAMAGED} where an entry cannot be
 * understood.
 */
public interface TokenStore {
  <T extends StoredEntry> Optional<T> find(Slot<T> slot);

  /**
   * Compare and swap: puts the replacement in place only where the slot still holds what was
   * expected, and says whether it did.
   *
   * @param expected null for: nothing is there
   * @param replacement null for: remove
   */
  <T extends StoredEntry> boolean replace(
      Slot<T> slot, @Nullable T expected, @Nullable T replacement);

  /** Puts an entry, whatever was there, damaged or not. */
  <T extends StoredEntry> void put(Slot<T> slot, T entry);

  /** Removes the entry, damaged or not, and says whether there was one. */
  boolean remove(Slot<?> slot);

  /**
   * Runs an action while no other thread or process changes the slot or is in such an action for
   * it. Every method may be called within; reading is never blocked.
   */
  <R> R exclusively(Slot<?> slot, Supplier<R> action);

  /** Everything stored, damaged entries included. */
  List<Listed> list();

  /** One entry of a list. */
  sealed interface Listed {
    /** An entry in order. */
    record Entry(StoredEntry entry) implements Listed {}

    /** One that cannot be read, and why. */
    record Damaged(ClientException reason) implements Listed {}
  }
}

package dev.latchstring.client.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps entries for the life of the process: nothing is ever written. */
public final class MemoryTokenStore implements TokenStore {
  private final Map<String, StoredEntry> entries = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  @Override
  public <T extends StoredEntry> Optional<T> find(Slot<T> slot) {
    return Optional.ofNullable(entries.get(slot.id())).map(slot.type()::cast);
  }

  @Override
  public <T extends StoredEntry> boolean replace(
      Slot<T> slot, @Nullable T expected, @Nullable T replacement) {
    boolean[] replaced = {false};
    entries.compute(
        slot.id(),
        (id, present) -> {
          replaced[0] = Objects.equals(present, expected);
          return replaced[0] ? replacement : present;
        });
    return replaced[0];
  }

  @Override
  public <T extends StoredEntry> void put(Slot<T> slot, T entry) {
    entries.put(slot.id(), entry);
  }

  @Override
  public boolean remove(Slot<?> slot) {
    return entries.remove(slot.id()) != null;
  }

  @Override
  public <R> R exclusively(Slot<?> slot, Supplier<R> action) {
    ReentrantLock lock = locks.computeIfAbsent(slot.id(), id -> new ReentrantLock());
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Listed> list() {
    return entries.values().stream().<Listed>map(Listed.Entry::new).toList();
  }
}

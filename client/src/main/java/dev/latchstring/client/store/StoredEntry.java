package dev.latchstring.client.store;

/** What a {@link Slot} can hold. Each says itself where it belongs, so that a store can list. */
public sealed interface StoredEntry
    permits StoredLogin, StoredRegistration, StoredPending, StoredDefault {
  /** The slot this entry was made for. */
  Slot<?> slot();
}

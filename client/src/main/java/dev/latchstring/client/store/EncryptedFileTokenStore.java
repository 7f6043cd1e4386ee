package dev.latchstring.client.store;

import java.util.Map;

/** Keeps entries in encrypted files, one per slot, that work without a keyring. */
public final class EncryptedFileTokenStore {
  private EncryptedFileTokenStore() {}

  /**
   * A store in the user's directories. Nothing is created before the first write.
   *
   * @param environment {@code LATCH_STORE_KEY} is a passphrase to use instead of a key file
   */
  @SuppressWarnings("DoNotCallSuggester") // until the parts exist
  public static TokenStore in(UserDirectories directories, Map<String, String> environment) {
    throw new UnsupportedOperationException("not yet: " + directories + environment.size());
  }
}

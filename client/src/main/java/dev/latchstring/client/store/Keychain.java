package dev.latchstring.client.store;

/** A few small secrets, kept by the operating system under a name. */
public interface Keychain {
  /** The secret of that name, which was written before. */
  String read(String name) throws KeychainException;

  /**
   * Keeps a secret.
   *
   * @param name one that nothing is kept under yet
   * @param secret at most 1000 characters of ASCII, which every system's keychain takes
   */
  void write(String name, String secret) throws KeychainException;

  /** Forgets the secret of that name. */
  void remove(String name) throws KeychainException;
}

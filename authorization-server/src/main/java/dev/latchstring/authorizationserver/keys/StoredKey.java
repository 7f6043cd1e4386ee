package dev.latchstring.authorizationserver.keys;

import java.time.Instant;

/**
 * A signing key as its row has it.
 *
 * @param generation 1 for the first of its algorithm, one more for each successor
 * @param encrypted the private JWK, encrypted
 * @param activatesAt when it begins to sign; it stops when its successor begins
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredKey(
    String kid,
    String algorithm,
    long generation,
    String publicJwk,
    byte[] encrypted,
    Instant activatesAt) {
  /** Without the key. */
  @Override
  public String toString() {
    return "StoredKey[" + kid + ", " + algorithm + ", " + generation + "]";
  }
}

package dev.latchstring.authorizationserver.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.jwt.CryptoProviders;
import dev.latchstring.oauth.jwt.SigningKey;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys this server signs with and publishes.
 *
 * <p>{@link #current} and {@link #jwks} answer from memory; {@link #maintain} brings that up to
 * date with the database, makes the next key when it is due, and is called every minute. A key is
 * in the set from {@link KeyRotation#notice} before it first signs until {@link
 * KeyRotation#retention} after it last did. When which key signs follows from the rows and the
 * clock alone, so all nodes agree.
 */
public final class SigningKeys {
  /** The algorithm of access tokens. */
  public static final String ES256 = "ES256";

  /** The algorithm of id tokens, unless a client registered another. */
  public static final String RS256 = "RS256";

  private final SigningKeyStore store;
  private final SecretEncryption encryption;
  private final KeyRotation rotation;
  private final Clock clock;
  private final SecureRandom random;
  private final ReentrantLock maintaining = new ReentrantLock();
  private volatile Published published = new Published(Map.of(), List.of(), new byte[0]);

  /** A key and since when (milliseconds since 1970) it signs. */
  private record Scheduled(SigningKey key, long activatesAt) {}

  /** What is in memory: keys by algorithm, the newest first, and the set as it is served. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Published(Map<String, List<Scheduled>> keys, List<JWK> publicKeys, byte[] jwks) {}

  private SigningKeys(
      SigningKeyStore store,
      SecretEncryption encryption,
      KeyRotation rotation,
      Clock clock,
      SecureRandom random) {
    this.store = store;
    this.encryption = encryption;
    this.rotation = rotation;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Reads the keys, and makes the first one for ES256 where there is none. RS256, which takes
   * longer to make and is not needed for access tokens, comes with the first {@link #maintain}.
   *
   * @throws dev.latchstring.authorizationserver.store.DatabaseException where the stored keys were
   *     encrypted under another key
   */
  public static SigningKeys open(
      Database database, ServerKey key, KeyRotation rotation, Clock clock, SecureRandom random) {
    SigningKeys keys =
        new SigningKeys(
            new SigningKeyStore(database),
            new SecretEncryption(key, "signing-key", "signing keys", random),
            rotation,
            clock,
            random);
    keys.maintain(List.of(ES256));
    return keys;
  }

  /**
   * The key that signs now.
   *
   * @param algorithm {@link #ES256} or {@link #RS256}
   * @throws IllegalStateException where there is none of this algorithm yet
   */
  public SigningKey current(String algorithm) {
    long now = clock.millis();
    List<Scheduled> keys = published.keys().get(algorithm);
    if (keys == null) {
      maintain(); // asked for in the first second
      keys = published.keys().get(algorithm);
    }
    if (keys == null) {
      throw new IllegalStateException("there is no signing key for " + algorithm);
    }
    for (Scheduled scheduled : keys) {
      if (scheduled.activatesAt() <= now) {
        return scheduled.key();
      }
    }
    // Another node, whose clock is ahead, made the first key moments ago.
    return keys.getLast().key();
  }

  /** The public keys of the set that have this identifier: one or none. */
  public List<JWK> named(@Nullable String keyId) {
    return published.publicKeys().stream().filter(key -> key.getKeyID().equals(keyId)).toList();
  }

  /** RFC 7517 §5. The public keys, as JSON in UTF-8. */
  public byte[] jwks() {
    return published.jwks().clone();
  }

  /** Makes keys that are due, forgets those that are past, and takes over what other nodes made. */
  public void maintain() {
    maintain(List.of(ES256, RS256));
  }

  private void maintain(List<String> algorithms) {
    maintaining.lock();
    try {
      Instant now = clock.instant();
      List<StoredKey> before = store.all();
      for (String algorithm : algorithms) {
        addWhereDue(algorithm, before, now);
      }
      pastKeys(before, now).forEach(key -> store.remove(key.kid()));
      publish(store.all());
    } finally {
      maintaining.unlock();
    }
  }

  private void addWhereDue(String algorithm, List<StoredKey> keys, Instant now) {
    Optional<StoredKey> newest =
        keys.stream().filter(key -> key.algorithm().equals(algorithm)).findFirst();
    if (newest.isEmpty()) {
      store.add(generate(algorithm, 1, now), now);
      return;
    }
    Instant ends = newest.get().activatesAt().plus(rotation.period());
    if (!now.isBefore(ends.minus(rotation.notice()))) {
      Instant earliest = now.plus(rotation.notice());
      Instant activatesAt = ends.isAfter(earliest) ? ends : earliest;
      store.add(generate(algorithm, newest.get().generation() + 1, activatesAt), now);
    }
  }

  /** Those whose successor has been signing for so long that nothing they signed is valid. */
  private List<StoredKey> pastKeys(List<StoredKey> newestFirst, Instant now) {
    List<StoredKey> past = new ArrayList<>();
    for (int i = 1; i < newestFirst.size(); i++) {
      StoredKey successor = newestFirst.get(i - 1);
      StoredKey key = newestFirst.get(i);
      if (successor.algorithm().equals(key.algorithm())
          && successor.activatesAt().plus(rotation.retention()).isBefore(now)) {
        past.add(key);
      }
    }
    return past;
  }

  private StoredKey generate(String algorithm, long generation, Instant activatesAt) {
    try {
      JWK jwk =
          algorithm.equals(ES256)
              ? new ECKeyGenerator(Curve.P_256)
                  .algorithm(JWSAlgorithm.ES256)
                  .keyUse(KeyUse.SIGNATURE)
                  .keyIDFromThumbprint(true)
                  .provider(CryptoProviders.nativeProvider())
                  .secureRandom(random)
                  .generate()
              : new RSAKeyGenerator(2048)
                  .algorithm(JWSAlgorithm.RS256)
                  .keyUse(KeyUse.SIGNATURE)
                  .keyIDFromThumbprint(true)
                  .provider(CryptoProviders.nativeProvider())
                  .secureRandom(random)
                  .generate();
      String kid = jwk.getKeyID();
      return new StoredKey(
          kid,
          algorithm,
          generation,
          jwk.toPublicJWK().toJSONString(),
          encryption.encrypt(kid, jwk.toJSONString().getBytes(UTF_8)),
          activatesAt);
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform makes P-256 and RSA keys", e);
    }
  }

  private void publish(List<StoredKey> stored) {
    Map<String, SigningKey> known = new HashMap<>();
    published
        .keys()
        .values()
        .forEach(keys -> keys.forEach(key -> known.put(key.key().kid(), key.key())));
    Map<String, List<Scheduled>> keys = new HashMap<>();
    List<JWK> publicKeys = new ArrayList<>();
    for (StoredKey row : stored) {
      SigningKey key = known.computeIfAbsent(row.kid(), kid -> decrypt(row));
      publicKeys.add(key.publicJwk());
      keys.computeIfAbsent(row.algorithm(), algorithm -> new ArrayList<>())
          .add(new Scheduled(key, row.activatesAt().toEpochMilli()));
    }
    published =
        new Published(
            keys, List.copyOf(publicKeys), Json.bytes(new JWKSet(publicKeys).toJSONObject(true)));
  }

  private SigningKey decrypt(StoredKey row) {
    try {
      return SigningKey.of(
          JWK.parse(new String(encryption.decrypt(row.kid(), row.encrypted()), UTF_8)));
    } catch (ParseException e) {
      throw new IllegalStateException("signing key " + row.kid() + " is not a JWK", e);
    }
  }
}

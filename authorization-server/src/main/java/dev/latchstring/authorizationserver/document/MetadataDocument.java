package dev.latchstring.authorizationserver.document;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.fetch.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's metadata document, checked, and how long it counts.
 *
 * @param entityTag what to ask with whether it changed; null where nothing was given or it may not
 *     be kept
 * @param freshUntil until when nobody is asked
 * @param usableUntil until when it may be used where its host cannot be reached
 * @param expiresAt when it is forgotten
 */
record MetadataDocument(
    RegisteredClient client,
    @Nullable String entityTag,
    Instant fetchedAt,
    Instant freshUntil,
    Instant usableUntil,
    Instant expiresAt) {
  /** The least time a document is fresh, whatever it says: one login takes several requests. */
  static final Duration LEAST = Duration.ofMinutes(1);

  /** The most. */
  static final Duration MOST = Duration.ofDays(1);

  /** What is taken where it says nothing. */
  static final Duration USUAL = Duration.ofMinutes(10);

  /** How long a document is used that is not fresh, while its host is out of reach. */
  static final Duration GRACE = Duration.ofHours(1);

  /**
   * How long a document is remembered that is not fresh: to be shown, to ask for changes, and to
   * notice them.
   */
  static final Duration REMEMBERED = Duration.ofDays(30);

  private static final int MAX_ENTITY_TAG = 256;

  /**
   * @param headers those of the answer that brought it, or that said it is unchanged
   * @param knownTag the entity tag of the one that is unchanged, or null
   */
  static MetadataDocument of(
      RegisteredClient client,
      Map<String, String> headers,
      @Nullable String knownTag,
      Instant now) {
    Freshness freshness = Freshness.of(headers, now);
    Instant freshUntil = now.plus(bounded(freshness.lifetime()));
    return new MetadataDocument(
        client,
        freshness.storable() ? entityTag(headers, knownTag) : null,
        now,
        freshUntil,
        freshness.usableStale() ? freshUntil.plus(GRACE) : freshUntil,
        freshness.storable() ? freshUntil.plus(REMEMBERED) : freshUntil);
  }

  private static Duration bounded(@Nullable Duration lifetime) {
    if (lifetime == null) {
      return USUAL;
    }
    if (lifetime.compareTo(LEAST) < 0) {
      return LEAST;
    }
    return lifetime.compareTo(MOST) > 0 ? MOST : lifetime;
  }

  private static @Nullable String entityTag(
      Map<String, String> headers, @Nullable String knownTag) {
    String tag = headers.get("etag");
    if (tag == null) {
      return knownTag;
    }
    boolean printable = tag.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    return tag.isEmpty() || tag.length() > MAX_ENTITY_TAG || !printable ? null : tag;
  }

  /** The same, of which its host says that there is none, since now. */
  MetadataDocument gone(Instant now) {
    boolean kept = expiresAt.isAfter(freshUntil);
    return new MetadataDocument(
        client, null, fetchedAt, Instant.EPOCH, now, kept ? now.plus(REMEMBERED) : expiresAt);
  }

  /** Whether its host says that there is none, since {@link #usableUntil}. */
  boolean isGone() {
    return freshUntil.equals(Instant.EPOCH);
  }

  boolean isFresh(Instant now) {
    return now.isBefore(freshUntil);
  }

  boolean isUsable(Instant now) {
    return now.isBefore(usableUntil);
  }
}

/**
 * The device flow (RFC 8628): device authorizations, the endpoint that makes them and the pages on
 * which a person decides.
 *
 * <pre>
 *   PENDING ──approve──▶ APPROVED ──redeem──▶ REDEEMED
 *      │
 *      └─────deny──────▶ DENIED               each ends with its expiry
 * </pre>
 *
 * <p>Device codes are kept as SHA-256, user codes, which could be guessed from a plain hash, as
 * HMAC under a key that is not in the database. Only one decision and only one redemption wins.
 */
@NullMarked
package dev.latchstring.authorizationserver.device;

import org.jspecify.annotations.NullMarked;

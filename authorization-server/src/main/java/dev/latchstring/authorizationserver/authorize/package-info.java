/**
 * The authorization endpoint (RFC 6749 §4.1, RFC 7636, RFC 9126, RFC 9207) and everything a browser
 * sees of it: requests, consent, codes.
 *
 * <pre>
 *   /par ──▶ pushed request ─┐
 *                            ▼
 *   /authorize ──▶ recipient ──▶ request ──▶ step ──▶ code or error, to the recipient
 *                     │                        │                          ▲
 *                     ▼                        ▼                          │
 *              a page of status 400     waiting request ──▶ sign-in ──▶ consent
 * </pre>
 *
 * <p>Until client and redirect URI are known to belong together, nothing is sent anywhere: what is
 * wrong is said on a page. A request that has to wait for a person is kept here, under the hash of
 * a random name, and only that name travels through the browser.
 */
@NullMarked
package dev.latchstring.authorizationserver.authorize;

import org.jspecify.annotations.NullMarked;

/**
 * A login by challenge, for first-party clients (draft-ietf-oauth-first-party-apps-04 and
 * docs/challenge-profile.md): the server says what to ask the person, step by step, and gives an
 * authorization code in the end. No browser, no second device.
 *
 * <pre>
 * begin ─► Asked ─► answer ─► Asked … ─► Done (tokens) ─► stepUp, refresh, revoke
 *            │        │
 *            │        ├─► Busy ─► again
 *            │        └─► ToWeb ─► finish
 *            └─► Ended
 * </pre>
 *
 * <p>{@link dev.latchstring.client.challenge.ChallengeClient} takes one turn at a time and keeps
 * nothing between them, so a program that answers webhooks holds the {@link
 * dev.latchstring.client.challenge.ChallengeTurn} and no thread. {@code ChallengeLogin} takes all
 * turns of an account's login on one thread.
 *
 * <p>Answers go from the {@link dev.latchstring.client.challenge.Answer} to the server and nowhere
 * else: not to a log, an exception or a {@code toString}. Every request is proven by the login's
 * key (RFC 9449), and the tokens are bound to it.
 */
@NullMarked
package dev.latchstring.client.challenge;

import org.jspecify.annotations.NullMarked;

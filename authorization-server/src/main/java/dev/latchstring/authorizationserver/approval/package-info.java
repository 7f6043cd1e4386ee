/**
 * A person approves something on a channel that they have already: a browser in which they are
 * signed in, or a program that holds a token of theirs.
 *
 * <pre>
 *   PENDING ──the number──▶ APPROVED ──consume──▶ CONSUMED
 *      │
 *      ├──no──────────────▶ DENIED
 *      └──two wrong numbers▶ DENIED               each ends with its expiry
 * </pre>
 *
 * <p>Whoever asks tells the person a number of two digits; the person enters it where they approve.
 * So nobody approves what they did not start by pressing a button too often. A request that is
 * about nobody, or that the person is not to be bothered with, is kept like any other, looks
 * pending to whoever asked and is shown to nobody.
 *
 * <p>{@link dev.latchstring.authorizationserver.approval.ApprovalsPage} is for people, {@link
 * dev.latchstring.authorizationserver.approval.ApprovalsEndpoint} and {@link
 * dev.latchstring.authorizationserver.approval.DeviceDecisionEndpoint} for programs of theirs.
 */
@NullMarked
package dev.latchstring.authorizationserver.approval;

import org.jspecify.annotations.NullMarked;

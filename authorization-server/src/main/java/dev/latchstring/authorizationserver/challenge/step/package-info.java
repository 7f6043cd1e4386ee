/**
 * The kinds of steps that there are, one class each.
 *
 * <p>A step asks, and says whether an answer is right. It knows nothing of sessions, attempts and
 * HTTP. To add a kind: implement {@link dev.latchstring.authorizationserver.challenge.Step}, name
 * it in {@link dev.latchstring.authorizationserver.challenge.step.StepKind}, and make it in {@link
 * dev.latchstring.authorizationserver.challenge.step.StepWorkshop}.
 */
@NullMarked
package dev.latchstring.authorizationserver.challenge.step;

import org.jspecify.annotations.NullMarked;

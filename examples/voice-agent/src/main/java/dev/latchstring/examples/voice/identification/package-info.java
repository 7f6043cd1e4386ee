/**
 * Who is calling: takes the authorization server's steps to the caller and the answers back, by
 * docs/challenge-profile.md.
 *
 * <p>Answers are held from the moment they are heard until the step is complete, sent, and
 * forgotten. Nothing here looks at them, logs them, or hands them to anything but the challenge
 * client.
 */
@NullMarked
package dev.latchstring.examples.voice.identification;

import org.jspecify.annotations.NullMarked;

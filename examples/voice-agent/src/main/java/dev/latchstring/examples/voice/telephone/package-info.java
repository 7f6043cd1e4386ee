/**
 * The front that a telephone platform talks to: it posts what a caller said or keyed in, and takes
 * back TwiML that says what to say and what to listen for.
 *
 * <p>Nothing is believed that the platform has not signed. Which turn a post belongs to stands in
 * its address, which is signed too, so a post that comes twice is answered twice the same.
 */
@NullMarked
package dev.latchstring.examples.voice.telephone;

import org.jspecify.annotations.NullMarked;

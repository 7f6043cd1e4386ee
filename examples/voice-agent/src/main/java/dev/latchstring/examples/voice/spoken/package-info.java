/** The words that pass on a call, in both directions, and the languages they are in. */
@NullMarked
package dev.latchstring.examples.voice.spoken;

import org.jspecify.annotations.NullMarked;

/**
 * What a caller said, as a speech recogniser or a keypad hands it on, and the value that was meant:
 * digits, a date, a name.
 *
 * <p>Each reading is one value or none. Several candidates for one answer would be several guesses
 * for whoever guesses. Nothing here keeps, logs or puts into an exception what was said.
 */
@NullMarked
package dev.latchstring.authorizationserver.speech;

import org.jspecify.annotations.NullMarked;

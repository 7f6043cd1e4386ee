/**
 * What a caller said, as a speech recogniser or a keypad hands it on, and the value that was meant:
 * digits, a date, a name, a code. {@link AnswerForm} is what others use.
 *
 * <p>Each reading is one value or none. Several candidates for one answer would be several guesses
 * for whoever guesses. Nothing here keeps, logs or puts into an exception what was said; comparing
 * is done elsewhere, on the normal form.
 */
@NullMarked
package dev.latchstring.authorizationserver.speech;

import org.jspecify.annotations.NullMarked;

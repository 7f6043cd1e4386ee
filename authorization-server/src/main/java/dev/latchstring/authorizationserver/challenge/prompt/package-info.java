/**
 * What a caller is asked, as text and as W3C SSML 1.1, in the best of the caller's languages.
 * {@link Prompts} has a method for each question.
 *
 * <p>A resource {@code LANGUAGE.properties} has a sentence on each line. No prompt takes an answer:
 * what was understood is never said back.
 */
@NullMarked
package dev.latchstring.authorizationserver.challenge.prompt;

import org.jspecify.annotations.NullMarked;

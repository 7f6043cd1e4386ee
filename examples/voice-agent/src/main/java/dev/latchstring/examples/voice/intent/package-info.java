/**
 * What a caller wants. Here stands the one place in which a language model would have a part; what
 * callers answer to the authorization server never comes here.
 */
@NullMarked
package dev.latchstring.examples.voice.intent;

import org.jspecify.annotations.NullMarked;

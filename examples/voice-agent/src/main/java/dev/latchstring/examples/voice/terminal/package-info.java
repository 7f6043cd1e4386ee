/**
 * The front for people without a telephone: a conversation typed at a terminal, or a transcript, a
 * text file that says what the caller says and what the agent must say to it.
 */
@NullMarked
package dev.latchstring.examples.voice.terminal;

import org.jspecify.annotations.NullMarked;

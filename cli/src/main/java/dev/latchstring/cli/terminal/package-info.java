/**
 * What a person sees: streams, colours, QR codes, waiting.
 *
 * <p>{@link dev.latchstring.cli.terminal.Output} says what is printed where, and is the only one to
 * print. Nothing here knows OAuth, and text that came from a server is cleaned here before it
 * reaches a terminal.
 */
@NullMarked
package dev.latchstring.cli.terminal;

import org.jspecify.annotations.NullMarked;

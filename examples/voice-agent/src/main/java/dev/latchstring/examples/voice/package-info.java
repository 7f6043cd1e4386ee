/**
 * An example: the phone line of a small clinic, answered by an agent that knows who calls.
 *
 * <pre>
 *  telephone (TwiML) ─┐             ┌─► intent          which wish is it?
 *  terminal           ├─► call ─────┼─► identification  who is it?       ─► authorization server
 *  transcript        ─┘   (state    └─► clinic          what is theirs?  ─► MCP server
 *                          machine)
 * </pre>
 *
 * <p>What a caller answers to a question of the authorization server goes from the front through
 * the call to {@code identification} and to that server. It passes neither {@code intent}, where a
 * language model would stand, nor the journal, nor a log.
 */
@NullMarked
package dev.latchstring.examples.voice;

import org.jspecify.annotations.NullMarked;

/**
 * What a tool requires, who is calling, and the decision.
 *
 * <p>It owns the declaration that drives everything else: what {@code tools/list} shows, what
 * {@code tools/call} allows, what a challenge asks for and what is published on the tool. It knows
 * nothing of HTTP, of tokens or of any SDK: a {@link dev.latchstring.mcpserver.tools.Caller} is
 * made by whoever verified a token, and a {@link dev.latchstring.mcpserver.tools.Decision} is
 * carried out by whoever asked for it. A decision that cannot be made is a refusal.
 */
@NullMarked
package dev.latchstring.mcpserver.tools;

import org.jspecify.annotations.NullMarked;

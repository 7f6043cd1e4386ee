/**
 * OpenID AuthZEN Authorization API 1.0: a policy engine that has a say in every decision.
 *
 * <p>It owns the client of a policy decision point ({@link
 * dev.latchstring.mcpserver.authzen.AuthZen}): how a question is written, how long an answer may
 * take and count, and that no answer is a no.
 */
@NullMarked
package dev.latchstring.mcpserver.authzen;

import org.jspecify.annotations.NullMarked;

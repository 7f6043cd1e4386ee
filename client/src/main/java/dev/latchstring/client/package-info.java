/**
 * Obtains access tokens for MCP servers, on machines with a browser and without.
 *
 * <p>{@link dev.latchstring.client.LatchClient} wires everything; {@link
 * dev.latchstring.client.Account} is one person's access to one server. The journey runs forward:
 *
 * <pre>
 * Discovery ─► registration ─► login ─► store ─► TokenSource ─► every later request
 * </pre>
 *
 * <p>A program that logs in many people at once and stores none of them (a voice agent) takes
 * {@link dev.latchstring.client.challenge.ChallengeClient} instead: no account, no store.
 *
 * <p>This package owns what callers see: discovery, the token source, and the one exception whose
 * problem, message and hint a command prints as they are. It may not speak MCP beyond the one probe
 * that discovery needs, print anything, or import the server's modules.
 */
@NullMarked
package dev.latchstring.client;

import org.jspecify.annotations.NullMarked;

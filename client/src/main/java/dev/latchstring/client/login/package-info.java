/**
 * The ways to log in. Each is a {@link dev.latchstring.client.login.Login}: it runs until the
 * person (or the machine's own credentials) decided, and ends in one {@link
 * dev.latchstring.client.login.LoginOutcome}.
 *
 * <pre>
 * started ─► shown ─► polling ─┬─► Approved ─► confirm() ─► stored
 *                              │               discard() ─► revoked
 *                              ├─► Denied | Expired | Cancelled
 *                              └─► ClientException: it could not be carried out
 * </pre>
 *
 * <p>A login in a browser waits for it to come back ({@link dev.latchstring.client.browser}) in the
 * place of polling. A login by challenge has a conversation in the place of showing and polling, by
 * {@link dev.latchstring.client.challenge.ChallengeClient}. Neither approval needs confirmation:
 * the person answered here.
 *
 * <p>Nothing here writes to a terminal or speaks MCP: a {@link
 * dev.latchstring.client.login.LoginPrompt} is the caller's.
 */
@NullMarked
package dev.latchstring.client.login;

import org.jspecify.annotations.NullMarked;

/**
 * RFC 8252. The person's browser: how it is opened, and how it comes back with an answer.
 *
 * <pre>
 * BrowserLauncher ─► the browser ─► authorization server
 *                                        │ redirect
 *                    ┌───────────────────┴──────────────────┐
 *                    ▼                                      ▼
 *      Loopback (127.0.0.1, [::1])               the person pastes the address
 *                    └────────────► BrowserReturn ◄─────────┘
 *                              state ─► iss ─► code or error, once
 * </pre>
 *
 * <p>What is pasted into another process than the one that waits goes to that one's Loopback, by
 * ReturnElsewhere.
 *
 * <p>Whoever can reach the port may be anybody: nothing but an answer with this login's {@code
 * state} changes anything, everything is bounded, and no page repeats what came with a request.
 */
@NullMarked
package dev.latchstring.client.browser;

import org.jspecify.annotations.NullMarked;

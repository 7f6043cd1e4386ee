/**
 * Which way to a token is taken.
 *
 * <pre>
 * Discovered + Surroundings + wish ─► Situation ─► Flow.assess, each ─► Negotiation
 *                                                                         │ require()
 *                                                                         ▼
 *                                                       Flow.login(LoginContext) ─► Login
 * </pre>
 *
 * <p>A flow is judged without asking anybody, and every reason is kept, for {@code latch login
 * --explain}. Nothing here sends a request or reads the machine's environment: {@link
 * dev.latchstring.client.flow.Surroundings} says what was found there.
 */
@NullMarked
package dev.latchstring.client.flow;

import org.jspecify.annotations.NullMarked;

/**
 * draft-ietf-oauth-first-party-apps-04. A first-party client asks a person itself, step by step,
 * and gets an authorization code in the end.
 *
 * <pre>
 *   request ── begins ──┐
 *                       ▼
 *            ┌──► what is missing? ── nothing ──► code, a fresh auth_session
 *            │          │ a step
 *            │          ▼
 *            │     asked (403) ── wrong too often, denied ──► ended (access_denied)
 *            │          │ answer
 *            └──────────┘
 * </pre>
 *
 * <p>It owns the endpoint, the {@code auth_session} and what is kept in it, the authentication
 * contexts, and {@link dev.latchstring.authorizationserver.challenge.Step}, which each kind of step
 * implements. What a response says follows from what is kept alone, so that a request whose reply
 * was lost can be repeated. It never tells a person whom nobody knows from another.
 */
@NullMarked
package dev.latchstring.authorizationserver.challenge;

import org.jspecify.annotations.NullMarked;

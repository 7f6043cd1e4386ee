/**
 * An example: an MCP server that logs people in, by challenge, at the API behind it.
 *
 * <pre>
 * tool call ─► Mediation ─► Logins: a token for this caller? ─► PointsApi
 *                  │
 *                  └─ none ─► Login (challenge) ─► FormRule: may the host see it?
 *                                                    yes ─► form elicitation
 *                                                    no ──► URL elicitation ─► SignInPage
 * </pre>
 *
 * <p>It owns the tokens for the API: in memory, each for one caller in one MCP session, revoked
 * when that session ends. It may not show a token or an answer to the host, and may not let anybody
 * into the MCP server itself because of such a login.
 */
@NullMarked
package dev.latchstring.examples.mediator;

import org.jspecify.annotations.NullMarked;

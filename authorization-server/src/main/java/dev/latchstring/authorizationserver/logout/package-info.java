/**
 * OpenID Connect RP-Initiated Logout 1.0: a client sends the person's browser here to be signed
 * out.
 *
 * <pre>
 *   /end_session ──▶ rules ──▶ ticket ──▶ /end_session/request ─ certain ──▶ signed out ──▶ client
 *                                                │                              ▲
 *                                                └─ not certain ──▶ person asked┘
 * </pre>
 *
 * <p>A client may send the browser by a form, with which the browser sends no cookie of ours; so
 * the request is checked first, and who is signed in counts on the next page. What was checked
 * travels there through the browser, sealed. Only the browser's session ends; what programs were
 * given stays until it is withdrawn.
 */
@NullMarked
package dev.latchstring.authorizationserver.logout;

import org.jspecify.annotations.NullMarked;

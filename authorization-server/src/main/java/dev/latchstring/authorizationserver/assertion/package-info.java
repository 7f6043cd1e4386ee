/**
 * Tokens of other issuers that are redeemed here: workload identities and ID-JAGs (RFC 7523 §2.1),
 * and the verification that the exchange of id tokens shares with them.
 *
 * <p>It owns which issuer is trusted for what, where its keys are, every check of RFC 7523 §3, and
 * who a foreign subject is here. It issues nothing: what an assertion is worth goes back to the
 * token endpoint as an {@code Authorization}.
 *
 * <pre>
 *   assertion ─▶ AssertionVerifier ─▶ typ oauth-id-jag+jwt ─▶ IdentityAssertions ─▶ Authorization
 *                issuer, signature    any other, or none   ─▶ WorkloadAssertions ─▶ Authorization
 *                audience, times
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.assertion;

import org.jspecify.annotations.NullMarked;

/**
 * Logins without a person: a machine's own credentials, a platform's word for a workload, an
 * employer's for its people, and a token that somebody gives.
 *
 * <pre>
 * TokenOrigin (file, command, variable, key) ─► MachineGrant ─► MachineTokens ─► the token endpoint
 *                                                                    │
 *                                              kept in memory until 80 % of its life
 * </pre>
 *
 * <p>A {@link dev.latchstring.client.machine.MachineGrant} makes the parameters of one token
 * request and holds only what is its own; finding the server, saying who the client is, DPoP,
 * keeping, renewing and what happens after a refusal are {@link
 * dev.latchstring.client.machine.MachineTokens}'s, and a grant cannot forget them. Nothing here is
 * stored.
 *
 * <p>A program that wants it in a few lines:
 *
 * <pre>
 * LatchClient.using(new MemoryTokenStore())
 *     .clientIdentity(ClientIdentity.confidential(id, secret))   // or .withKey(…)
 *     .machine(new ClientCredentials())
 *     .build().account(server).tokens();
 * </pre>
 */
@NullMarked
package dev.latchstring.client.machine;

import org.jspecify.annotations.NullMarked;

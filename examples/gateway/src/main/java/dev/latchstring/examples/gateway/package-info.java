/**
 * An example: a gateway that calls many tool servers for its users.
 *
 * <pre>
 * host ─ token for the gateway ─► GatewayServer: may this person, by what the tool's server publishes?
 *                                   │ no ──► 401 or 403 that names everything missing; nobody is called
 *                                   │
 *                                   ├─ StdioToolServer ─ call + identity assertion ──► tickets (a process)
 *                                   └─ HttpToolServer ── call + token in exchange ───► invoices (HTTP)
 * </pre>
 *
 * <p>It owns the list of tool servers and the connections to them. It may not pass on a token that
 * it was given, nor anything that a host says about who calls.
 */
@NullMarked
package dev.latchstring.examples.gateway;

import org.jspecify.annotations.NullMarked;

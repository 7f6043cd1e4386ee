/**
 * What the person knows better than the servers say: pinned overrides, per MCP server or per
 * issuer.
 *
 * <pre>
 * --pin, --preset ─┐
 * servers.yaml: the server's ─┼─► ServerSettings ─► discovery, registration, every request
 * servers.yaml: the issuer's ─┤   (each Pin knows where it comes from)
 * preset ─────────────────────┘
 * </pre>
 *
 * <p>The upper layer wins, name by name. Nothing here is applied silently: every {@link
 * dev.latchstring.client.settings.Pin} in use is named by {@code latch status}, {@code latch login}
 * and {@code latch doctor}. No setting holds a secret; secrets are named by file or by environment
 * variable.
 */
@NullMarked
package dev.latchstring.client.settings;

import org.jspecify.annotations.NullMarked;

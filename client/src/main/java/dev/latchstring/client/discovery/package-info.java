/**
 * Finds where the login for an MCP server is done.
 *
 * <pre>
 * McpProbe ── answered ─────────────────────────────► NoLoginNeeded
 *    │ 401
 *    ▼
 * ResourceMetadataLookup (RFC 9728) ─► AuthorizationServerLookup (RFC 8414, OpenID) ─► Discovered
 * </pre>
 *
 * <p>The address that the user named is trusted to be what they meant; every address that a server
 * hands out is judged by {@link dev.latchstring.client.http.Trust}. Documents are used only where
 * the specification's identity checks hold.
 */
@NullMarked
package dev.latchstring.client.discovery;

import org.jspecify.annotations.NullMarked;

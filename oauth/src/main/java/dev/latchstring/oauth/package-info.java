/**
 * The vocabulary every other module speaks: error codes, scopes, parameters, JSON, PKCE, secrets
 * and the rules for URIs.
 *
 * <p>It owns what the specifications name and nothing that runs: no HTTP server, no database, no
 * MCP. What is read from outside is checked here once, so that a value of one of these types is
 * valid wherever it is met.
 */
@NullMarked
package dev.latchstring.oauth;

import org.jspecify.annotations.NullMarked;

/**
 * Who calls a tool where the transport carries no access token: signed identity assertions.
 *
 * <p>It owns the vocabulary that issuer, gateway and tool server share: the names of type, member
 * and claims, and the digest that binds an assertion to one call. Issuing belongs to the
 * authorization server, believing to the MCP server.
 */
@NullMarked
package dev.latchstring.oauth.identity;

import org.jspecify.annotations.NullMarked;

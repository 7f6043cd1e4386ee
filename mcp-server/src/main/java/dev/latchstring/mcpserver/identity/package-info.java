/**
 * Who calls over a transport that carries no access token: identity assertions in {@code
 * _meta["dev.latchstring/identity"]}, as {@code docs/tool-authorization.md} describes them.
 *
 * <p>It owns the check of an assertion ({@link
 * dev.latchstring.mcpserver.identity.IdentityAssertions}) and that what is stored for one person is
 * used for nobody else ({@link dev.latchstring.mcpserver.identity.OwnedCredential}). Only what is
 * signed by a configured issuer, for this server and for this very call, makes a {@link
 * dev.latchstring.mcpserver.tools.Caller}; nothing else in {@code _meta}, and nothing in a tool's
 * arguments, says who somebody is.
 */
@NullMarked
package dev.latchstring.mcpserver.identity;

import org.jspecify.annotations.NullMarked;

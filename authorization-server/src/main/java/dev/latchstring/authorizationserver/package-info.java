/**
 * The authorization server: everything that issues, describes and withdraws tokens.
 *
 * <p>A package per feature below; each opens with what it owns. {@code AuthorizationServer} alone
 * wires them: every feature and every route is on that one screen. A feature never reaches into
 * another's endpoint; it is handed the stores and policies that it needs. Nothing here imports the
 * client, the MCP server or the command line.
 */
@NullMarked
package dev.latchstring.authorizationserver;

import org.jspecify.annotations.NullMarked;

/**
 * The commands of somebody who uses an MCP server: log in, print a token, see what is stored, log
 * out.
 *
 * <p>They own the conversation with the person; how a token is obtained and kept is the client's.
 * Nothing here may load a class of the authorization server or of the MCP server.
 */
@NullMarked
package dev.latchstring.cli.account;

import org.jspecify.annotations.NullMarked;

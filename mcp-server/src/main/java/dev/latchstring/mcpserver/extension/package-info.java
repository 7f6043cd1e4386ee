/**
 * The MCP extension {@code dev.latchstring/auth}, the server's side: a host asks which logins there
 * are and how they stand, starts one and shows it itself, or delivers a token that it obtained.
 * {@code docs/auth-extension.md} is its specification.
 *
 * <p>It owns the methods, their parameters and answers, and who may use them. It knows no server
 * and no tool: what stands behind a front is an {@link
 * dev.latchstring.mcpserver.extension.AuthSubjects} to it. A token that is delivered goes to the
 * account and nowhere else, and parameters are in no log and no error.
 *
 * <pre>
 *  StdioFront ─► AuthExtension ─► AuthSubject ─┬─► LoginDesk ─► LoginFlow
 *                     ▲    │                   └─► DeliveredAccount
 *      AuthDeclaration┘    └─► AuthAnswers
 * </pre>
 */
@NullMarked
package dev.latchstring.mcpserver.extension;

import org.jspecify.annotations.NullMarked;

/**
 * Who was let do what, by which rule: one entry for each decision.
 *
 * <p>It owns what an entry says ({@link dev.latchstring.mcpserver.audit.AuditEntry}), where entries
 * go ({@link dev.latchstring.mcpserver.audit.AuditSink}, of which the log is one), and that writing
 * them holds up no decision ({@link dev.latchstring.mcpserver.audit.AuditTrail}). An entry never
 * has a tool's arguments, a token, or anything else that a caller wrote but the tool's name.
 */
@NullMarked
package dev.latchstring.mcpserver.audit;

import org.jspecify.annotations.NullMarked;

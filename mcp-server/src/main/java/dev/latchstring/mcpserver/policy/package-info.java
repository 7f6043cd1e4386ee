/**
 * Rules in a file, for people who do not own the server's code.
 *
 * <p>It owns the file's format ({@link dev.latchstring.mcpserver.policy.PolicyReader}) and when a
 * changed file counts ({@link dev.latchstring.mcpserver.policy.PolicyFile}). What rules mean
 * belongs to {@link dev.latchstring.mcpserver.tools}: a file is one more declaration beside the
 * code's, and both must allow.
 *
 * <pre>
 *   file → seen changed → at rest → read → every condition kept → in force
 *                            │        │             │
 *                            └────────┴─────────────┴→ told; what was in force stays
 * </pre>
 */
@NullMarked
package dev.latchstring.mcpserver.policy;

import org.jspecify.annotations.NullMarked;

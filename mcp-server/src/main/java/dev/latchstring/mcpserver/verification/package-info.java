/**
 * What every check of somebody's word stands on: an issuer's metadata and keys, who a token speaks
 * of, and the memory of what may be used once.
 *
 * <p>It decides nothing and answers nobody: {@link dev.latchstring.mcpserver.http} verifies access
 * tokens with it, {@link dev.latchstring.mcpserver.identity} identity assertions.
 */
@NullMarked
package dev.latchstring.mcpserver.verification;

import org.jspecify.annotations.NullMarked;

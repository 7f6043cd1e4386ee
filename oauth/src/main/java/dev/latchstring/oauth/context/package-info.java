/**
 * What MCP clients say of the model session they work in, beside everything that is checked:
 * contexts, bounded wherever they come in, and what of them a token repeats.
 *
 * <p>No specification knows these members. Nothing is ever decided by them: a client can state
 * whatever it likes.
 */
@NullMarked
package dev.latchstring.oauth.context;

import org.jspecify.annotations.NullMarked;

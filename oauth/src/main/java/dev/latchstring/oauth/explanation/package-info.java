/**
 * Why a request was decided as it was, in the form in which a permitted caller and the log get it.
 *
 * <p>It owns the vocabulary ({@code X-MCP-Debug}), the bounds and the escaping. Who may be told is
 * decided elsewhere.
 */
@NullMarked
package dev.latchstring.oauth.explanation;

import org.jspecify.annotations.NullMarked;

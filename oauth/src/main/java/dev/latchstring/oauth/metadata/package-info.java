/**
 * The documents by which servers describe themselves, and the places where they are found.
 *
 * <p>It owns the shapes (RFC 8414, RFC 9728) and the addresses (their well-known URIs, in the order
 * MCP asks for). Fetching and judging them is the reader's part.
 */
@NullMarked
package dev.latchstring.oauth.metadata;

import org.jspecify.annotations.NullMarked;

/**
 * What the clinic's MCP server knows of the caller, through the official SDK's client, with the
 * caller's own token; and how it is read aloud.
 */
@NullMarked
package dev.latchstring.examples.voice.clinic;

import org.jspecify.annotations.NullMarked;

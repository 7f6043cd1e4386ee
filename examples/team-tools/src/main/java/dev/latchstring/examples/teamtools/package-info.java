/**
 * An example: tools that a team gives to its agents, as an MCP server on Spring Boot, protected by
 * Latchstring.
 *
 * <p>It owns two things that not everybody may do: pushing to a git repository and querying a
 * database. Who may is said in {@link dev.latchstring.examples.teamtools.Protection}; which branch
 * only some may push to is said where it is pushed, for it depends on the call's arguments.
 */
@NullMarked
package dev.latchstring.examples.teamtools;

import org.jspecify.annotations.NullMarked;

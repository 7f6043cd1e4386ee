/**
 * An example: an MCP server on standard input and output whose tools use an HTTP API on its user's
 * behalf, as GitHub's does, with the login kit.
 *
 * <p>Two programs. {@link dev.latchstring.examples.github.ApiServer} is the API, which in life is
 * somebody else's: it knows tokens and nothing of MCP. {@link
 * dev.latchstring.examples.github.GithubServer} is what a host starts; everything that has to do
 * with logging in is in its {@code main}.
 */
@NullMarked
package dev.latchstring.examples.github;

import org.jspecify.annotations.NullMarked;

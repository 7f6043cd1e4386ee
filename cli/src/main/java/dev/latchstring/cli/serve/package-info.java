/**
 * {@code latch serve}: the authorization server as a process.
 *
 * <p>Owns what surrounds it: options, the log, what is said on the first run, signals. How it
 * answers is the server's own.
 */
@NullMarked
package dev.latchstring.cli.serve;

import org.jspecify.annotations.NullMarked;

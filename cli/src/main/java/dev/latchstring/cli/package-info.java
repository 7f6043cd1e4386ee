/**
 * The {@code latch} command.
 *
 * <p>{@link dev.latchstring.cli.Latch} picks the command; every command does one thing and returns
 * an {@link dev.latchstring.cli.ExitStatus}. This package owns that choice, the statuses and how a
 * fault becomes a message and a hint ({@link dev.latchstring.cli.Explanation}). What is printed
 * where is decided in {@link dev.latchstring.cli.terminal.Output} alone.
 *
 * <pre>
 * Latch ─┬─ account/  login, token, status, logout     (client)
 *        ├─ serve/    serve                            (authorization-server)
 *        ├─ demo/     demo                             (everything)
 *        ├─ connect/  connect, without picocli
 *        └─ run/      run, without picocli            (connect)
 * </pre>
 *
 * <p>A command for a user never loads a class of the server: it would make {@code latch token}
 * slow.
 */
@NullMarked
package dev.latchstring.cli;

import org.jspecify.annotations.NullMarked;

/**
 * Benchmarks of whole programs, as anyone can run them: {@code benchmarks/run}.
 *
 * <p>They start what is measured in a process of its own, by the command a user would type, and
 * speak to it over real sockets. They hold no code of the product and are never shipped.
 */
@NullMarked
package dev.latchstring.benchmarks;

import org.jspecify.annotations.NullMarked;

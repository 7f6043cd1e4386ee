/**
 * Every endpoint of the authorization server and of its peers, one after the other, under the same
 * load: {@code benchmarks/run endpoints}.
 *
 * <p>A {@code Contestant} is a server that can be started and says what it can do; a {@code Row} is
 * what is measured; {@code Rows} makes the {@code Traffic} of a row, which {@code Wrk} sends.
 */
@NullMarked
package dev.latchstring.benchmarks.endpoints;

import org.jspecify.annotations.NullMarked;

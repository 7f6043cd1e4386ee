/**
 * What the tests of every module share: the machine's peers (Node, Chromium) and what their absence
 * means, a real PostgreSQL, and waiting with a deadline.
 *
 * <p>A test that needs a peer says so with {@link dev.latchstring.testing.NeedsNode} or {@link
 * dev.latchstring.testing.NeedsChromium}. Where the peer is absent the test is not run, and {@code
 * ./mvnw verify} names it at its end; with {@code LATCHSTRING_REQUIRE_PEERS=1} it fails instead.
 *
 * <p>This package knows nothing of Latchstring itself: it may import no other module, so that every
 * module can use it at test scope. It is never shipped.
 */
@NullMarked
package dev.latchstring.testing;

import org.jspecify.annotations.NullMarked;

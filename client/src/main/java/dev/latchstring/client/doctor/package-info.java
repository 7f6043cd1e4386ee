/**
 * Says why a login does not work: walks discovery step by step, names the rule of the specification
 * that each step goes by, what the server sent, and what to pin until its operator has corrected
 * it.
 *
 * <pre>
 * Walk: address ─► probe ─► resource metadata ─► metadata ─► endpoints ─► client ─► (no login)
 *   └─ stops where nothing can go on; Doctor pins what would help, and walks on
 * </pre>
 *
 * <p>It reads and changes nothing: no client is registered, nobody is logged in. What it found is
 * held against {@link dev.latchstring.client.discovery.McpDiscovery}, which alone decides.
 */
@NullMarked
package dev.latchstring.client.doctor;

import org.jspecify.annotations.NullMarked;

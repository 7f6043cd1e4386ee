/**
 * A call as a state machine: what the caller said last goes in, what the agent says next comes out.
 * It owns the conversation and its limits; it knows nothing of telephones, terminals or HTTP.
 *
 * <pre>
 *  picked up ─► language? ─► wish? ─► (who is it?) ─► read aloud ─► wish? … ─► goodbye
 *                              ▲            │              │
 *                              │            └─► goodbye    └─► (a second factor?)
 *                              └── silence, twice, then goodbye
 * </pre>
 */
@NullMarked
package dev.latchstring.examples.voice.call;

import org.jspecify.annotations.NullMarked;

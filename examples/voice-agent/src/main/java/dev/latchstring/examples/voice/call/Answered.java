package dev.latchstring.examples.voice.call;

import dev.latchstring.examples.voice.spoken.Turn;

/**
 * An agent's turn and its place in the call.
 *
 * @param number of the turn that the caller's next words belong to; 0 where there is no call
 */
public record Answered(int number, Turn turn) {}

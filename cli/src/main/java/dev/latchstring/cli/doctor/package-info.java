/**
 * {@code latch doctor URL}: prints what {@link dev.latchstring.client.doctor.Doctor} finds, what is
 * stored for the server, and texts to copy: the command that works until the servers are corrected,
 * and what to tell their operators.
 */
@NullMarked
package dev.latchstring.cli.doctor;

import org.jspecify.annotations.NullMarked;

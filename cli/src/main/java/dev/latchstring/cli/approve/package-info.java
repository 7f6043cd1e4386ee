/**
 * {@code latch approve}: a person answers on a terminal what is asked of them, a call's approval by
 * the number they were told, a device login by its code.
 *
 * <p>It speaks to the authorization server with the person's stored login there, and to nothing
 * else.
 */
@NullMarked
package dev.latchstring.cli.approve;

import org.jspecify.annotations.NullMarked;

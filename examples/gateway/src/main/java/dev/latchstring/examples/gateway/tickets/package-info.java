/**
 * A tool server on stdio, of the official SDK. It shows whose tickets are whose, and owns nothing
 * of logins: who calls is what a signed assertion says, and nothing else.
 */
@NullMarked
package dev.latchstring.examples.gateway.tickets;

import org.jspecify.annotations.NullMarked;

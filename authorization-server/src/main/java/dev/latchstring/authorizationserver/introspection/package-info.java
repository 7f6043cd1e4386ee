/**
 * Introspection (RFC 7662): what a token is worth at this moment, told to those who may know.
 *
 * <p>It owns who may ask about which token. It changes nothing.
 */
@NullMarked
package dev.latchstring.authorizationserver.introspection;

import org.jspecify.annotations.NullMarked;

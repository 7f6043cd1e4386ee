/**
 * Which client is asking, and the proof of it.
 *
 * <p>It owns the lookup over configured and registered clients, and every way of authenticating
 * one: none, a secret in the header or in the body, a signed assertion. It decides who, never what
 * they may do.
 */
@NullMarked
package dev.latchstring.authorizationserver.client;

import org.jspecify.annotations.NullMarked;

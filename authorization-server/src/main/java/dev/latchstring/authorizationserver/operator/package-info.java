/**
 * Services of the operator's that this server asks: over HTTP, signed, and for a short time.
 *
 * <p>The operator names them in the configuration, so their addresses are not those of strangers,
 * and may be on the operator's own network.
 */
@NullMarked
package dev.latchstring.authorizationserver.operator;

import org.jspecify.annotations.NullMarked;

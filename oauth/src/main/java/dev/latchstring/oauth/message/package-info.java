/**
 * The messages of OAuth as records: what a token endpoint, a device authorization endpoint, an
 * introspection endpoint and a registration endpoint say and are told.
 *
 * <p>A record's members are the specification's. Those that hold secrets say only that they do in
 * {@code toString}.
 */
@NullMarked
package dev.latchstring.oauth.message;

import org.jspecify.annotations.NullMarked;

/**
 * What the server says of itself: RFC 8414 metadata and the OpenID form of it.
 *
 * <p>It announces what is mounted and nothing else. It has no state.
 */
@NullMarked
package dev.latchstring.authorizationserver.metadata;

import org.jspecify.annotations.NullMarked;

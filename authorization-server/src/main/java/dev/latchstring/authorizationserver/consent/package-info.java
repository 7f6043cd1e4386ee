/**
 * What a person is told about who asks for what, and what they agreed to for longer than one time.
 *
 * <p>A consent belongs to one person, one client and one resource, and covers the scopes that were
 * agreed to. It is not an authorization: it only spares the question. Whether a question may be
 * spared at all is decided where the request is (package {@code authorize}).
 */
@NullMarked
package dev.latchstring.authorizationserver.consent;

import org.jspecify.annotations.NullMarked;

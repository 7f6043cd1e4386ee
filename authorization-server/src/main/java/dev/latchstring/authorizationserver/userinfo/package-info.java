/**
 * OpenID Connect Core §5.3: what a client learns of the person whose access token it holds.
 *
 * <p>It reads tokens and accounts, and changes nothing.
 */
@NullMarked
package dev.latchstring.authorizationserver.userinfo;

import org.jspecify.annotations.NullMarked;

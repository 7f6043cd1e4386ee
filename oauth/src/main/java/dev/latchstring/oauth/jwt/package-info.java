/**
 * JSON Web Tokens: which keys sign, how a token is checked, and what an access token says.
 *
 * <p>A check always names the type, the algorithms, the issuer and the audience it expects (RFC
 * 8725): there is no way to verify a token without saying what for. The native crypto provider is
 * used where the machine has it, reached lazily and by reflection, for it costs 200 ms to load.
 */
@NullMarked
package dev.latchstring.oauth.jwt;

import org.jspecify.annotations.NullMarked;

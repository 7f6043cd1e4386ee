/**
 * What people prove themselves with beside a password: an authenticator app (RFC 6238) and passkeys
 * (WebAuthn).
 *
 * <p>It owns the secrets and public keys, their checks, and the two pages on which a person sets
 * them up:
 *
 * <pre>
 *   configuration ─┐
 *   pages ─ enrolment ┴→ TotpSecretStore ← TotpCodes.verify
 *   pages ─ enrolment ─→ PasskeyStore    ← Passkeys.options, Passkeys.verify
 * </pre>
 *
 * <p>{@link dev.latchstring.authorizationserver.credential.TotpCodes} and {@link
 * dev.latchstring.authorizationserver.credential.Passkeys} know no HTTP and count no attempts:
 * whoever asks a person counts. Both do the same work for somebody who has nothing to prove, so
 * that neither answers nor clocks tell who exists. {@link
 * dev.latchstring.authorizationserver.credential.WebAuthnLibrary} alone names the library, which is
 * loaded when the first passkey is used.
 */
@NullMarked
package dev.latchstring.authorizationserver.credential;

import org.jspecify.annotations.NullMarked;

/**
 * Requests of an application with an account's token, over {@code java.net.http}.
 *
 * <pre>
 * request ─► token (and proof) ─► sent ─┬─ any other status ───────────────► delivered
 *              ▲                        ├─ 401 use_dpop_nonce ─► nonce kept ─┐
 *              │                        ├─ 401 ─► another token, else login ─┤
 *              │                        └─ 403 insufficient_scope,           │
 *              │                           401 insufficient_user_authentication
 *              │                             ─► login for more, once ────────┤
 *              └─────────────────────────────────────────────────────────────┘
 *                     at most 6 sends and 2 logins for one request
 * </pre>
 *
 * <p>{@link dev.latchstring.client.call.AuthorizedHttpClient} is what most programs take: an {@code
 * HttpClient} that any library over {@code java.net.http} accepts. {@link
 * dev.latchstring.client.call.Authorizer} is the same for whoever sends in another way.
 *
 * <p>This package decides when a person is asked, and never asks: that is the application's {@link
 * dev.latchstring.client.call.InteractiveLogin}. A token goes to its own server's origin and
 * nowhere else, so no redirect is followed.
 */
@NullMarked
package dev.latchstring.client.call;

import org.jspecify.annotations.NullMarked;

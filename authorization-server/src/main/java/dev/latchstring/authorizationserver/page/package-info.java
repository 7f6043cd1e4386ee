/**
 * What every HTML page of this server shares: the frame, the security headers, the protection of
 * forms, the stylesheet.
 *
 * <p>It owns {@link dev.latchstring.authorizationserver.page.PageServlet}, through which each page
 * is served, so that no page can forget a header or a check:
 *
 * <pre>
 *   request → method → (POST: content type, size, same origin, form token) → Page → headers, template
 * </pre>
 *
 * <p>The pages need no JavaScript and may have none: the content security policy forbids it. The
 * one exception is making a passkey, which browsers let scripts alone do. The package knows nothing
 * of accounts or devices; those packages hold their own pages and build on this one. Text from
 * outside reaches a template only as data, which JTE escapes, and text that a stranger chose passes
 * {@link dev.latchstring.authorizationserver.page.DisplayText} first.
 */
@NullMarked
package dev.latchstring.authorizationserver.page;

import org.jspecify.annotations.NullMarked;

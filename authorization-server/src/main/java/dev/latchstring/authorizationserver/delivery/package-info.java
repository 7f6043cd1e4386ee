/**
 * How a one-time code reaches a person: by mail over SMTP, or by a text message or a call that an
 * HTTP service of the operator's choice makes. In development it is printed.
 *
 * <p>It owns the words of these messages, the waiting, and the retries. It knows neither whose code
 * it is nor whether it is right; it makes no codes. Handing a message over takes the same time
 * whether it goes to somebody or to nobody, and neither code nor destination is ever logged.
 *
 * <pre>
 *   send, sendNowhere ─▶ a place among those waiting ─▶ an attempt ─▶ over
 *                        (none: temporarily_unavailable)   ▲    │ failed for now
 *                                                          └────┘ while the code is valid
 * </pre>
 *
 * <p>No class of mail or of the HTTP client is loaded before the first message that needs it.
 */
@NullMarked
package dev.latchstring.authorizationserver.delivery;

import org.jspecify.annotations.NullMarked;

/**
 * Quarkus' REST client with an account's token.
 *
 * <pre>
 * FrontDesk ─► AuthorizedCalls.run ─► ClinicApi ─► TokenFilter ─► server
 *                    ▲                                  │ 401, 403
 *                    └────────── Refused ◄──────────────┘
 * </pre>
 */
@NullMarked
package dev.latchstring.examples.quarkus;

import org.jspecify.annotations.NullMarked;

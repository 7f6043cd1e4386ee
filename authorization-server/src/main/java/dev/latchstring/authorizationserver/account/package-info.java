/**
 * People: who they are, how they prove it, and the browser sessions in which they did.
 *
 * <p>Passwords are kept as Argon2id alone, session cookies as SHA-256. Failed attempts are counted
 * in the database, so that delays hold on every node. An account that leaves the configuration is
 * disabled, never deleted: its subject is not given to anybody else.
 */
@NullMarked
package dev.latchstring.authorizationserver.account;

import org.jspecify.annotations.NullMarked;

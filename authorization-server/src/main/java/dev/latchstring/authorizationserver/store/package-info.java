/**
 * The one database of a process: SQLite in a file or PostgreSQL, behind the same calls.
 *
 * <p>{@link dev.latchstring.authorizationserver.store.Database#read} never waits for writers;
 * {@link dev.latchstring.authorizationserver.store.Database#write} is one transaction, and {@link
 * dev.latchstring.authorizationserver.store.Database#writeLater} one that no thread waits for. All
 * may be called from virtual threads. The schema (one migration script for both databases), its
 * clock unit (milliseconds since 1970) and the sweep of expired rows live here; what the rows mean
 * belongs to the stores in the packages of their features. Nothing here knows OAuth beyond the
 * error a full queue gets.
 */
@NullMarked
package dev.latchstring.authorizationserver.store;

import org.jspecify.annotations.NullMarked;

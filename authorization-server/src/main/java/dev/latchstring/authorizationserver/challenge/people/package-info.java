/**
 * Whom the questions of a login by challenge are about: the server's own accounts, the operator's
 * own database, or a service of the operator's.
 *
 * <p>Answers that people give are low in entropy: of the server's accounts only keyed hashes of
 * them are kept, and of other sources nothing. Whoever is not found is a decoy, which costs the
 * same work and follows from what was answered alone, so that asking twice tells nothing.
 */
@NullMarked
package dev.latchstring.authorizationserver.challenge.people;

import org.jspecify.annotations.NullMarked;

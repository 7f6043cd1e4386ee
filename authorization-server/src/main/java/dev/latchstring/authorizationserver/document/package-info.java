/**
 * Clients whose identifier is the address of their metadata
 * (draft-ietf-oauth-client-id-metadata-document).
 *
 * <p>It owns which of them are accepted, how their documents are fetched, checked and kept, and the
 * limits that keep a stranger from using this server against others. A document is looked up in
 * memory, then in the database, which every node shares, and only then fetched:
 *
 * <pre>
 *   known and fresh ─────────────────────────────► used
 *   known, not fresh ─► asked for again ─ same ──► used, fresh again
 *                              │ new ────────────► checked, kept, used
 *                              │ out of reach ───► the old one, for an hour
 *                              └ refused, wrong ─► invalid_client; after a week its logins end
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.document;

import org.jspecify.annotations.NullMarked;

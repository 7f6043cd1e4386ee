package dev.latchstring.authorizationserver.approval;

import java.time.Instant;

/**
 * A question that waits for its person.
 *
 * @param handle names it to the person and their programs; it says nothing to whoever asked
 */
public record WaitingApproval(
    String handle, ApprovalRequest request, Instant createdAt, Instant expiresAt) {}

package dev.latchstring.authorizationserver.approval;

import dev.latchstring.oauth.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What a person is asked to approve.
 *
 * @param clientId who asks
 * @param clientKey the thumbprint of the DPoP key that the client proved; null where it proved none
 * @param resource RFC 8707: what the access is for
 * @param scope what it would be allowed to do
 * @param requestedFrom the network address the request came from, shown to the person
 */
public record ApprovalRequest(
    String clientId,
    @Nullable String clientKey,
    String resource,
    Scope scope,
    String requestedFrom) {}

package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code code.jte} shows.
 *
 * @param code the code typed or brought along; empty for none
 * @param brought whether the code came in the address (RFC 8628 §3.3.1) and must be compared
 * @param error what was wrong; null for nothing
 */
public record CodeView(Frame frame, String code, boolean brought, @Nullable String error) {}

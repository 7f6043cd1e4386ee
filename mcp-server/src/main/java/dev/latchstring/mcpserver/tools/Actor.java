package dev.latchstring.mcpserver.tools;

import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §4.1. One party that acts for the subject, such as an agent.
 *
 * @param subject {@code sub}
 * @param issuer {@code iss} where the claim names one; else the token's issuer is meant
 * @param clientId {@code client_id} where the claim names one
 */
public record Actor(String subject, @Nullable String issuer, @Nullable String clientId) {}

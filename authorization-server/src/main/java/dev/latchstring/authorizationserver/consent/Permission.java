package dev.latchstring.authorizationserver.consent;

import org.jspecify.annotations.Nullable;

/**
 * One scope, as people are told of it.
 *
 * @param words what it means; null where only its name is known
 */
public record Permission(String scope, @Nullable String words) {}

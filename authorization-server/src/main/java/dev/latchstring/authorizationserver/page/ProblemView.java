package dev.latchstring.authorizationserver.page;

import org.jspecify.annotations.Nullable;

/**
 * What {@code problem.jte} shows.
 *
 * @param reference what finds the matching line in the log; null where there is none
 */
public record ProblemView(Frame frame, String heading, String advice, @Nullable String reference) {}

package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import java.time.Duration;

/**
 * What the operator decides of logins by challenge.
 *
 * @param people whom the questions are about
 * @param attempts how many wrong answers end a session
 * @param sessionLifetime how long a session is kept after a login
 * @param risk who is asked whether a login may go on
 */
public record ChallengePolicy(
    Contexts contexts,
    PeopleSource people,
    int attempts,
    Duration sessionLifetime,
    RiskCheck risk) {}

package dev.latchstring.mcpserver.tools;

import dev.latchstring.mcpserver.tools.Rules.Rule;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §3.1 and RFC 9470 §3. One caller measured by the rules that apply, all of which must
 * allow; where they do not, everything that is missing is named at once.
 */
final class Evaluation {
  private static final Decision ALLOWED = new Decision.Allowed();

  private Evaluation() {}

  /**
   * @param caller null where nobody is logged in
   */
  static Decision of(@Nullable Caller caller, List<Rule> rules, InstantSource clock) {
    if (caller != null) {
      boolean allowed = true;
      for (int i = 0; allowed && i < rules.size(); i++) {
        allowed = isFulfilled(caller, rules.get(i), clock);
      }
      if (allowed) {
        return ALLOWED;
      }
    }
    return refusal(caller, rules, clock);
  }

  private static boolean isFulfilled(Caller caller, Rule rule, InstantSource clock) {
    Requirement requirement = rule.requirement();
    return !requirement.closed()
        && isInTeams(caller, requirement)
        && isKnownBy(requirement.provider(), caller)
        && rule.hierarchy().missing(requirement.scope(), caller.scope()).isEmpty()
        && isAuthenticatedEnough(caller, requirement, clock);
  }

  private static Decision refusal(@Nullable Caller caller, List<Rule> rules, InstantSource clock) {
    Requirement all = rules.getFirst().requirement();
    for (Rule rule : rules.subList(1, rules.size())) {
      all = all.and(rule.requirement());
    }
    if (all.closed()) {
      return new Decision.Refused("this is not open to anyone");
    }
    if (caller == null) {
      return new Decision.LoginNeeded(
          all.provider(), all.scope(), all.acrValues(), all.maximumAge());
    }
    if (!isKnownBy(all.provider(), caller)) {
      return new Decision.LoginNeeded(
          all.provider(), all.scope(), all.acrValues(), all.maximumAge());
    }
    if (!isInTeams(caller, all)) {
      return new Decision.Refused("this is open to certain teams only");
    }
    Scope missing = Scope.NONE;
    for (Rule rule : rules) {
      missing = missing.union(rule.hierarchy().missing(rule.requirement().scope(), caller.scope()));
    }
    return isAuthenticatedEnough(caller, all, clock)
        ? new Decision.InsufficientScope(all.scope(), missing)
        : new Decision.InsufficientAuthentication(
            all.acrValues(), all.maximumAge(), missing.isEmpty() ? Scope.NONE : all.scope());
  }

  private static boolean isInTeams(Caller caller, Requirement requirement) {
    for (SequencedSet<String> group : requirement.teamGroups()) {
      if (group.stream().noneMatch(caller.teams()::contains)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKnownBy(@Nullable String provider, Caller caller) {
    return provider == null || provider.equals(caller.provider());
  }

  private static boolean isAuthenticatedEnough(
      Caller caller, Requirement requirement, InstantSource clock) {
    String acr = caller.acr();
    if (!requirement.acrValues().isEmpty()
        && (acr == null || !requirement.acrValues().contains(acr))) {
      return false;
    }
    Duration maximumAge = requirement.maximumAge();
    if (maximumAge == null) {
      return true;
    }
    Instant authenticated = caller.authenticationTime();
    return authenticated != null && !authenticated.plus(maximumAge).isBefore(clock.instant());
  }
}

package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.challenge.AuthenticationContext;
import dev.latchstring.authorizationserver.delivery.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code challenge} of the configuration: how people prove who they are at the authorization
 * challenge endpoint.
 *
 * @param steps every step that a context has, by its identifier
 * @param contexts the first that reaches a scope is what the scope needs
 * @param attempts how many wrong answers end a session; 3 by default
 * @param session how long an {@code auth_session} is kept after a login; 12 hours by default
 * @param risk who is asked whether a login may go on; null for nobody
 */
public record ChallengeSettings(
    Map<String, Step> steps,
    List<AuthenticationContext> contexts,
    int attempts,
    Duration session,
    @Nullable ServiceSettings risk) {
  public ChallengeSettings {
    steps = Map.copyOf(steps);
    contexts = List.copyOf(contexts);
  }

  /**
   * A step.
   *
   * @param ask attributes; of {@code identify} and {@code knowledge} alone
   * @param matches how many of them must be right
   * @param channel where a code goes; of {@code otp} alone
   */
  public record Step(
      String id, String kind, List<String> ask, int matches, @Nullable Channel channel) {
    public Step {
      ask = List.copyOf(ask);
    }
  }

  /** By which attributes together somebody can be named. */
  public Set<Set<String>> identifying() {
    return steps.values().stream()
        .filter(step -> step.kind().equals("identify"))
        .map(step -> Set.copyOf(step.ask()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Where codes are sent in some context. */
  public Set<Channel> channels() {
    Set<Channel> channels = new TreeSet<>();
    for (AuthenticationContext context : contexts) {
      for (List<String> slot : context.slots()) {
        for (String id : slot) {
          Step step = steps.get(id);
          if (step != null && step.channel() != null) {
            channels.add(step.channel());
          }
        }
      }
    }
    return channels;
  }
}

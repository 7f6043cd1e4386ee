package dev.latchstring.client.machine;

import dev.latchstring.client.settings.ServerSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The variables of the process, and what is needed to make something of them. */
record MachineEnvironment(Map<String, String> variables, Clock clock, SecureRandom random) {
  MachineEnvironment {
    variables = Map.copyOf(variables);
  }

  /** Null where it is not set, or empty. */
  @Nullable String variable(String name) {
    String value = variables.getOrDefault(name, "");
    return value.isEmpty() ? null : value;
  }

  MachineSettings settings(ServerSettings pinned) {
    return new MachineSettings(this, pinned);
  }

  /** What the platform offers without being asked for it by name. */
  Optional<TokenOrigin> platform() {
    return GithubActions.of(variables).map(origin -> origin);
  }

  /** Without the variables, which may hold secrets. */
  @Override
  public String toString() {
    return "MachineEnvironment[]";
  }
}

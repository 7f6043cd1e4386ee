package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.registration.SecretFile;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings by name: {@code subject_token_file} is pinned under this name, or is the variable {@code
 * LATCH_SUBJECT_TOKEN_FILE}. A group that is pinned in part is pinned in whole: the environment's
 * is not mixed into it.
 */
record MachineSettings(MachineEnvironment environment, ServerSettings pinned) {
  private static final int MAX_KEY_BYTES = 64 * 1024;
  private static final String PREFIX = "LATCH_";

  /** Null where it is neither pinned nor set. */
  @Nullable String value(String name) {
    Pin pin = pinned.pins().get(name);
    return pin == null ? environment.variable(variable(name)) : pin.value();
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT);
  }

  /**
   * Where a token comes from: {@code NAME_file}, {@code NAME_command}, {@code NAME_env}, or the
   * variable itself.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where there is more than one
   */
  Optional<TokenOrigin> origin(String name) {
    boolean isPinned =
        List.of("_file", "_command", "_env").stream()
            .anyMatch(kind -> pinned.pins().containsKey(name + kind));
    List<TokenOrigin> origins = new ArrayList<>();
    String file = value(isPinned, name + "_file");
    if (file != null) {
      origins.add(new FileOrigin(Path.of(file)));
    }
    String command = value(isPinned, name + "_command");
    if (command != null) {
      origins.add(
          new CommandOrigin(
              arguments(isPinned ? name + "_command" : variable(name + "_command"), command),
              environment.variables(),
              CommandOrigin.DEFAULT_LIMIT));
    }
    String given = isPinned ? value(true, name + "_env") : variable(name);
    String token = given == null ? null : environment.variable(given);
    if (given != null && token != null) {
      origins.add(new GivenOrigin("the variable " + given, token));
    } else if (isPinned && given != null) {
      throw MachineConfiguration.bad(
          "the environment variable " + given + " has no token in it", "set it");
    }
    if (origins.size() > 1) {
      throw MachineConfiguration.bad(
          "there is more than one "
              + name
              + ": "
              + String.join(", ", origins.stream().map(TokenOrigin::where).toList()),
          "keep one of them");
    }
    return origins.stream().findFirst();
  }

  private @Nullable String value(boolean isPinned, String name) {
    if (!isPinned) {
      return environment.variable(variable(name));
    }
    Pin pin = pinned.pins().get(name);
    return pin == null ? null : pin.value();
  }

  /**
   * A program and its arguments: a JSON list, or words with spaces between them. What would mean
   * something to a shell is refused in words, for there is none.
   */
  private static List<String> arguments(String name, String text) {
    if (!text.strip().startsWith("[")) {
      if (text.chars().anyMatch(c -> "\"'\\$`|&;<>()*?".indexOf(c) >= 0)) {
        throw MachineConfiguration.bad(
            name + " has a character that means something to a shell alone",
            "there is no shell: write a JSON list, such as [\"vault\", \"read\", \"a b\"]");
      }
      return List.of(text.strip().split("\\s+"));
    }
    try {
      List<String> arguments = new ArrayList<>();
      Json.readTree(text)
          .valueStream()
          .forEach(argument -> arguments.add(argument.isString() ? argument.stringValue() : ""));
      if (arguments.isEmpty() || arguments.stream().anyMatch(String::isEmpty)) {
        throw MachineConfiguration.bad(name + " is no list of texts", null);
      }
      return arguments;
    } catch (JsonException e) {
      throw MachineConfiguration.bad(name + " is no JSON list", "such as [\"vault\", \"read\"]");
    }
  }

  /** A secret from {@code NAME_file}, {@code NAME_env} or the variable itself; null for none. */
  @Nullable String secret(String name) {
    String file = value(name + "_file");
    if (file != null) {
      return lasting(Path.of(file));
    }
    Pin named = pinned.pins().get(name + "_env");
    String secret = environment.variable(named == null ? variable(name) : named.value());
    if (named != null && secret == null) {
      throw MachineConfiguration.bad(
          "the environment variable " + named.value() + " has no secret in it", "set it");
    }
    return secret;
  }

  /** A key in {@code NAME_file}, or the file that the variable names; null for none. */
  @Nullable ClientKey key(String name) {
    Pin pin = pinned.pins().get(name + "_file");
    String file = pin == null ? environment.variable(variable(name)) : pin.value();
    if (file == null) {
      return null;
    }
    return ClientKey.parse(
        file,
        lasting(Path.of(file)),
        environment.variable(variable(name) + "_ID"),
        environment.clock(),
        environment.random());
  }

  private static String lasting(Path file) {
    return SecretFile.text("the file " + file, file, MAX_KEY_BYTES, SecretFile.Kind.LASTING_SECRET);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return "MachineSettings[]";
  }
}

package dev.latchstring.authorizationserver.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Secrets that stand outside the configuration: in the environment, or in files that nobody but
 * their owner, and a group that may read them, has access to. No message repeats one.
 */
final class SecretSource {
  /** The largest file, in bytes. */
  static final int MAX_BYTES = 4096;

  private static final Set<PosixFilePermission> TOO_MUCH =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Map<String, String> environment;
  private final Path base;

  /**
   * @param base what a relative path is relative to
   */
  SecretSource(Map<String, String> environment, Path base) {
    this.environment = environment;
    this.base = base;
  }

  /**
   * The variable wins over the file, and either over what the configuration says itself.
   *
   * @param key the setting's name; that of the file's is {@code key_file}
   */
  @Nullable String read(
      String key, String variable, @Nullable String inConfiguration, @Nullable String file) {
    if (inConfiguration != null && file != null) {
      throw new ConfigurationException(
          key + ": stands beside " + key + "_file; leave one of them out");
    }
    String named = environment.get(variable);
    if (named != null && !named.isEmpty()) {
      return named;
    }
    return file == null ? inConfiguration : file(key + "_file", file);
  }

  /** A text, or {@code {env: NAME}}, or {@code {file: PATH}}. */
  String value(String key, JsonNode node) {
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isObject() && node.size() == 1) {
      JsonNode env = node.get("env");
      if (env != null && env.isString()) {
        String value = environment.get(env.stringValue());
        if (value == null || value.isEmpty()) {
          throw new ConfigurationException(
              key + ": the environment has no variable " + env.stringValue());
        }
        return value;
      }
      JsonNode file = node.get("file");
      if (file != null && file.isString()) {
        return file(key, file.stringValue());
      }
    }
    throw new ConfigurationException(
        key + ": is a text, or says where it is: { env: NAME } or { file: PATH }");
  }

  private String file(String key, String name) {
    try {
      Path file = base.resolve(name).toAbsolutePath().normalize();
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(TOO_MUCH::contains)) {
        throw new ConfigurationException(
            key + ": " + file + " is open to others; close it with: chmod 600 " + file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigurationException(
            key + ": " + file + " is larger than " + MAX_BYTES + " bytes; it holds a secret alone");
      }
      String text = Files.readString(file, UTF_8).strip();
      if (text.isEmpty()) {
        throw new ConfigurationException(key + ": " + file + " is empty; write the secret into it");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(key + ": " + name + " is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigurationException(
          key
              + ": "
              + name
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + "); check the path and its permissions");
    } catch (InvalidPathException e) {
      throw new ConfigurationException(key + ": not a path: " + e.getReason());
    }
  }
}

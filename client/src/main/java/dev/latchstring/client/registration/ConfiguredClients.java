package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Pre-registration". The client that the person registered by hand: the one pinned for a
 * server, else the one that holds for all. Its secret is read when it is needed, from the file or
 * the environment variable that is pinned, and kept nowhere.
 */
public final class ConfiguredClients {
  private static final int MAX_LENGTH = 64 * 1024;

  private final @Nullable ClientIdentity general;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param general for every server that has no client pinned; null for none
   * @param environment where pinned variables are looked up
   */
  public ConfiguredClients(
      @Nullable ClientIdentity general,
      Map<String, String> environment,
      InstantSource clock,
      SecureRandom random) {
    this.general = general;
    this.environment = Map.copyOf(environment);
    this.clock = clock;
    this.random = random;
  }

  /**
   * The client for what is pinned; null where none is configured.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where a secret or key is pinned without a
   *     client, or cannot be read
   */
  public @Nullable ClientIdentity of(ServerSettings pinned) {
    String clientId = pinned.value(Setting.CLIENT_ID);
    String secret = secret(pinned);
    Pin keyFile = pinned.pin(Setting.CLIENT_KEY_FILE);
    String method = pinned.value(Setting.AUTH_METHOD);
    if (clientId == null) {
      if (secret != null) {
        throw bad("a client's secret is pinned, and no client_id", "pin client_id, too");
      }
      return general == null || method == null
          ? general
          : new ClientIdentity(
              general.issuer(),
              general.clientId(),
              general.clientSecret(),
              method,
              general.key(),
              general.instanceKey());
    }
    ClientIdentity identity = new ClientIdentity(null, clientId, secret, method);
    return keyFile == null ? identity : identity.withKey(key(keyFile));
  }

  /** The pinned key; null where none is. It may belong to a metadata document instead. */
  @Nullable ClientKey keyOf(ServerSettings pinned) {
    Pin file = pinned.pin(Setting.CLIENT_KEY_FILE);
    return file == null ? null : key(file);
  }

  private @Nullable String secret(ServerSettings pinned) {
    Pin file = pinned.pin(Setting.CLIENT_SECRET_FILE);
    Pin variable = pinned.pin(Setting.CLIENT_SECRET_ENV);
    if (file != null && variable != null) {
      throw bad(
          "client_secret_file and client_secret_env are pinned both",
          "keep one of them: " + file.describe() + ", " + variable.describe());
    }
    if (variable != null) {
      String secret = environment.getOrDefault(variable.value(), "");
      if (secret.isEmpty()) {
        throw bad(
            "the environment variable " + variable.value() + " has no secret in it",
            "set it, or correct client_secret_env (" + variable.origin() + ")");
      }
      return secret;
    }
    return file == null ? null : read(file).strip();
  }

  private ClientKey key(Pin file) {
    return ClientKey.parse(file.value(), read(file), null, clock, random);
  }

  private static String read(Pin file) {
    Path path = Path.of(file.value());
    try {
      if (Files.size(path) > MAX_LENGTH) {
        throw bad(path + " is longer than any secret or key", "correct " + file.name());
      }
      String content = Files.readString(path);
      if (content.isBlank()) {
        throw bad(path + " is empty", "write the secret or key into it");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw bad(path + " is not there", "correct " + file.name() + " (" + file.origin() + ")");
    } catch (CharacterCodingException e) {
      throw bad(path + " is not UTF-8 text", "correct " + file.name());
    } catch (IOException e) {
      throw bad(path + " cannot be read", "check that it is yours");
    }
  }

  private static ClientException bad(String what, String hint) {
    return new ClientException(Problem.BAD_SETTINGS, what, hint);
  }
}

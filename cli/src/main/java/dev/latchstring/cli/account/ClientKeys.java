package dev.latchstring.cli.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.registration.SecretFile;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client that the user configured, with its secret and keys: {@code LATCH_CLIENT_SECRET_FILE}
 * is a file with its secret, {@code LATCH_CLIENT_KEY} one with the client's own private key, {@code
 * LATCH_INSTANCE_KEY} one with this installation's.
 */
final class ClientKeys {
  private static final String CLIENT_ID = "LATCH_CLIENT_ID";
  private static final String CLIENT_SECRET = "LATCH_CLIENT_SECRET";
  static final String CLIENT_KEY = "LATCH_CLIENT_KEY";
  static final String CLIENT_KEY_ID = "LATCH_CLIENT_KEY_ID";
  static final String CLIENT_SECRET_FILE = "LATCH_CLIENT_SECRET_FILE";
  static final String INSTANCE_KEY = "LATCH_INSTANCE_KEY";

  private static final int MAX_LENGTH = 64 * 1024;

  private ClientKeys() {}

  /** Null where no client is configured. */
  static @Nullable ClientIdentity identity(Environment environment) {
    ClientIdentity identity = ClientIdentity.fromEnvironment(environment.variables());
    if (identity == null) {
      return null;
    }
    Path secret = file(environment, CLIENT_SECRET_FILE);
    Path clientKey = file(environment, CLIENT_KEY);
    Path instanceKey = file(environment, INSTANCE_KEY);
    if (secret != null && identity.clientSecret() != null) {
      throw new ClientException(
          Problem.BAD_SETTINGS,
          "there is more than one client secret: " + CLIENT_SECRET + ", " + CLIENT_SECRET_FILE,
          "keep one of them");
    }
    if (secret != null) {
      identity = identity.withSecret(read(CLIENT_SECRET_FILE, secret));
    }
    if (clientKey != null) {
      identity =
          identity.withKey(
              ClientKey.parse(
                  CLIENT_KEY + " (" + clientKey + ")",
                  read(CLIENT_KEY, clientKey),
                  environment.variables().get(CLIENT_KEY_ID),
                  environment.clock(),
                  environment.random()));
    }
    return instanceKey == null
        ? identity
        : identity.withInstanceKey(
            ClientKey.read(
                INSTANCE_KEY + " (" + instanceKey + ")", read(INSTANCE_KEY, instanceKey)));
  }

  /** What was set of a client, and is worth nothing alone; null where that is not so. */
  static @Nullable String half(Environment environment) {
    Map<String, String> variables = environment.variables();
    boolean named = !variables.getOrDefault(CLIENT_ID, "").isEmpty();
    for (String variable : List.of(CLIENT_SECRET, CLIENT_SECRET_FILE, CLIENT_KEY)) {
      String value = variables.get(variable);
      if (value != null && value.isEmpty() == named) {
        return named
            ? variable + " is set and empty, and what " + CLIENT_ID + " names proves nothing"
            : variable + " is set, and " + CLIENT_ID + " is not";
      }
    }
    return null;
  }

  /**
   * Makes this installation's key where its file is named and not there, and tells its thumbprint.
   */
  static void ensureInstanceKey(Environment environment, Output output) {
    Path file = file(environment, INSTANCE_KEY);
    if (file == null || Files.exists(file)) {
      return;
    }
    JWK key = DpopProofs.newKey(environment.random());
    try {
      write(file, key.toJSONString());
    } catch (FileAlreadyExistsException e) {
      return;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FILES,
          "the key of this installation cannot be written to " + file,
          "check that its directory exists and is yours",
          e);
    }
    output.say("Made a key for this installation: " + file);
    output.hint(
        "ask the authorization server's operator to add its thumbprint to the client's"
            + " instance_keys: "
            + key.getKeyID());
  }

  private static void write(Path file, String content) throws IOException {
    FileAttribute<?>[] ownerOnly =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static @Nullable Path file(Environment environment, String variable) {
    String value = environment.variables().getOrDefault(variable, "");
    return value.isEmpty() ? null : Path.of(value);
  }

  private static String read(String variable, Path file) {
    if (variable.equals(INSTANCE_KEY) && !Files.exists(file)) {
      throw new CommandFailure(
          ExitStatus.FILES,
          variable + " names " + file + ", which is not there",
          "latch login --flow challenge makes it");
    }
    return SecretFile.text(
        "the file " + file + " (" + variable + ")",
        file,
        MAX_LENGTH,
        SecretFile.Kind.LASTING_SECRET);
  }
}

package dev.latchstring.client.store;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * What a test runs in a JVM of its own: {@code token URL HOME}, {@code write HOME}, {@code refresh
 * URL HOME} or {@code login URL HOME}.
 */
public final class ChildProcess {
  private ChildProcess() {}

  static Process start(Path output, String... arguments) throws Exception {
    return start(output, List.of(), arguments);
  }

  static Process start(Path output, List<String> shell, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(shell);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            ChildProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static TokenStore store(Path home) {
    return new EncryptedFileTokenStore(
        home.resolve("data"), home.resolve("config"), null, new SecureRandom());
  }

  public static void main(String[] arguments) {
    switch (arguments[0]) {
      case "token" -> token(URI.create(arguments[1]), Path.of(arguments[2]));
      case "write" -> write(Path.of(arguments[1]));
      case "refresh" -> refresh(URI.create(arguments[1]), Path.of(arguments[2]));
      case "login" -> login(URI.create(arguments[1]), Path.of(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void token(URI server, Path home) {
    try (LatchClient client = LatchClient.using(store(home)).build()) {
      AccessToken token = client.account(server).tokens().token();
      System.out.println("token " + token.value());
    }
  }

  /** Has its token refreshed without end, and says which it has. */
  private static void refresh(URI server, Path home) {
    try (LatchClient client = LatchClient.using(store(home)).build()) {
      while (true) {
        System.out.println("token " + client.account(server).tokens().token().value());
      }
    }
  }

  /** Logs in without end, whoever approves. */
  private static void login(URI server, Path home) {
    try (LatchClient client = LatchClient.using(store(home)).build()) {
      while (true) {
        LoginOutcome outcome =
            client
                .account(server)
                .login(LoginOptions.DEFAULT.by(FlowName.DEVICE))
                .run(code -> System.out.println("code " + code.userCode()));
        if (outcome instanceof LoginOutcome.Approved approved) {
          approved.approval().confirm();
          System.out.println("logged in");
        }
      }
    }
  }

  /** Writes entries without end, each as long as the one before. */
  private static void write(Path home) {
    TokenStore store = store(home);
    for (int i = 0; ; i++) {
      store.put(TokenStoreContract.SLOT, TokenStoreContract.login(i + "-" + "x".repeat(8000)));
      if (i == 0) {
        System.out.println("written");
      }
    }
  }
}

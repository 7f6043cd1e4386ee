package dev.latchstring.client.store;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/**
 * What a test runs beside a secret service: {@code put TOKEN}, {@code find} or {@code list}, with
 * {@code LATCH_HOME} and {@code LATCH_STORE}.
 */
public final class KeychainProcess {
  private KeychainProcess() {}

  public static void main(String[] arguments) {
    long start = System.nanoTime();
    Map<String, String> environment = System.getenv();
    TokenStore store =
        TokenStores.open(
            UserDirectories.of(environment, "Linux", Path.of("/").toString()),
            environment,
            "Linux",
            new SecureRandom(),
            System.out::println);
    try {
      if (arguments[0].equals("put")) {
        store.put(TokenStoreContract.SLOT, TokenStoreContract.login(arguments[1]));
      }
      System.out.println(
          store.find(TokenStoreContract.SLOT).map(StoredLogin::accessToken).orElse("nobody"));
    } catch (dev.latchstring.client.ClientException e) {
      System.out.println(e.problem() + ": " + e.description());
    }
    System.out.println("took " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    System.exit(0); // the D-Bus library leaves threads
  }
}

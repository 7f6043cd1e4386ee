package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.Protected;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store among real processes: many at once ({@code -Dprocesses=50} for fifty), killed ones, and
 * ones whose disk is full.
 */
@Timeout(300)
class ProcessesTest {
  @TempDir Path home;

  private TokenStore store() {
    return new EncryptedFileTokenStore(
        home.resolve("data"), home.resolve("config"), null, new SecureRandom());
  }

  private static StoredLogin expired(Protected clinic) {
    long now = System.currentTimeMillis() / 1000;
    return StoredLogin.at(clinic.server.origin() + "/mcp", "default")
        .issuer(clinic.server.origin())
        .tokenEndpoint(clinic.server.origin() + "/token")
        .clientId("client-1")
        .subject("alice")
        .accessToken("access-0")
        .expiresAt(now - 10)
        .obtainedAt(now - 1000)
        .refreshToken("refresh-0")
        .loggedInAt(now - 1000)
        .build();
  }

  @Test
  void processes_started_at_once_against_an_expired_login_refresh_once() throws Exception {
    int count = Integer.getInteger("processes", 6);
    try (Protected clinic = new Protected()) {
      StoredLogin login = expired(clinic);
      store().put(login.slot(), login);
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        processes.add(
            ChildProcess.start(home.resolve("out-" + i), "token", login.server(), home.toString()));
      }
      for (int i = 0; i < count; i++) {
        assertThat(processes.get(i).waitFor(150, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(home.resolve("out-" + i))).contains("token access-1");
      }
      assertThat(clinic.refreshes).hasValue(1);
      assertThat(store().find(login.slot()).orElseThrow().refreshToken()).isEqualTo("refresh-1");
    }
  }

  @Test
  void a_process_killed_in_the_middle_of_a_refresh_leaves_a_login_that_others_use()
      throws Exception {
    try (Protected clinic = new Protected()) {
      StoredLogin login = expired(clinic);
      store().put(login.slot(), login);
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch killed = new CountDownLatch(1);
      var answer = clinic.onRefresh;
      clinic.onRefresh =
          request -> {
            asked.countDown();
            killed.await(120, TimeUnit.SECONDS);
            return null;
          };
      Process victim =
          ChildProcess.start(home.resolve("victim"), "token", login.server(), home.toString());
      assertThat(asked.await(120, TimeUnit.SECONDS)).isTrue();
      clinic.onRefresh = answer;

      victim.destroyForcibly().waitFor();
      killed.countDown();

      Process next =
          ChildProcess.start(home.resolve("next"), "token", login.server(), home.toString());
      assertThat(next.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(home.resolve("next"))).contains("token access-1");
    }
  }

  @Test
  void a_process_killed_in_the_middle_of_a_write_leaves_an_entry_in_order() throws Exception {
    for (int round = 0; round < 5; round++) {
      Path output = home.resolve("writer-" + round);
      Process writer = ChildProcess.start(output, "write", home.toString());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (!Files.exists(output) || !Files.readString(output).contains("written")) {
        assertThat(System.nanoTime()).as("the writer starts").isLessThan(deadline);
        Thread.onSpinWait();
      }
      // Somewhere among its writes, of which each takes a millisecond or so.
      assertThat(writer.waitFor(3L + 7L * round, TimeUnit.MILLISECONDS)).isFalse();
      writer.destroyForcibly().waitFor();

      StoredLogin found = store().find(TokenStoreContract.SLOT).orElseThrow();
      assertThat(found.accessToken()).endsWith("x".repeat(8000));
      store().put(TokenStoreContract.SLOT, TokenStoreContract.login("next"));
      assertThat(store().find(TokenStoreContract.SLOT)).contains(TokenStoreContract.login("next"));
    }
  }

  @Test
  void a_full_disk_keeps_what_was_stored() throws Exception {
    store().put(TokenStoreContract.SLOT, TokenStoreContract.login("kept"));
    Path output = home.resolve("full");

    // No file may grow over 4 blocks (of 512 bytes or 1 KiB): what a full disk does to a write.
    Process writer =
        ChildProcess.start(
            output,
            List.of("sh", "-c", "ulimit -f 4; exec \"$0\" \"$@\" 2>&1 | cat >&2"),
            "write",
            home.toString());

    assertThat(writer.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output))
        .contains("cannot be written")
        .doesNotContain("written\n")
        .doesNotContain("kept");
    assertThat(store().find(TokenStoreContract.SLOT)).contains(TokenStoreContract.login("kept"));
    try (var files = Files.list(home.resolve("data/tokens"))) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }
}

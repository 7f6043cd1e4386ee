package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the key is, and what becomes of the entries when it moves or cannot be had. */
@Timeout(300)
class StoreKeysTest extends TokenStoreContract {
  private static final Slot.LoginSlot OTHER =
      new Slot.LoginSlot(URI.create("https://other.example.com/mcp"), "default");

  @TempDir Path home;
  private final HeldKeychain keychain = new HeldKeychain();
  private final List<String> notes = new ArrayList<>();

  /** A keychain in memory, which can be locked, taken away, or made to forget. */
  private static final class HeldKeychain implements Keychain {
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private volatile boolean locked;

    @Override
    public String read(String name) throws KeychainException {
      open();
      String secret = secrets.get(name);
      if (secret == null) {
        throw new KeychainException("nothing under this name");
      }
      return secret;
    }

    @Override
    public void write(String name, String secret) throws KeychainException {
      open();
      assertThat(secrets.putIfAbsent(name, secret)).as("nothing is overwritten").isNull();
    }

    @Override
    public void remove(String name) throws KeychainException {
      open();
      secrets.remove(name);
    }

    private void open() throws KeychainException {
      if (locked) {
        throw new KeychainException("the keychain is locked");
      }
    }
  }

  private TokenStore opened(StoreKeys.Choice choice, boolean likely) {
    return new EncryptedFileTokenStore(
        home.resolve("data"),
        new StoreKeys(
            home.resolve("config"), null, choice, keychain, likely, new SecureRandom(), notes::add),
        new SecureRandom());
  }

  private TokenStore inKeychain() {
    return opened(StoreKeys.Choice.KEYCHAIN, false);
  }

  private TokenStore inFile() {
    return opened(StoreKeys.Choice.FILE, false);
  }

  private TokenStore auto() {
    return opened(StoreKeys.Choice.AUTO, true);
  }

  /** The contract of every store, with the key in the keychain. */
  @Override
  TokenStore store() {
    return inKeychain();
  }

  private Path keyFile() {
    return home.resolve("config/store.key");
  }

  private static ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    assertThat(e.hint()).isNotBlank();
    return e;
  }

  @Test
  void fifty_logins_are_one_entry_of_the_keychain_and_no_key_is_in_a_file() {
    TokenStore store = inKeychain();
    for (int i = 0; i < 50; i++) {
      Slot.LoginSlot slot = new Slot.LoginSlot(SLOT.server(), "account-" + i);
      store.put(slot, login(slot, "a"));
    }
    assertThat(keychain.secrets).hasSize(1);
    assertThat(keychain.secrets.values()).allMatch(secret -> secret.length() < 50);
    assertThat(keyFile()).doesNotExist();
    assertThat(inKeychain().list()).hasSize(50);
  }

  @Test
  void of_many_that_open_a_new_store_at_once_one_makes_the_key() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 16; i++) {
        Slot.LoginSlot slot = new Slot.LoginSlot(SLOT.server(), "account-" + i);
        done.add(
            threads.submit(() -> {
              start.await();
              inKeychain().put(slot, login(slot, "a"));
              return true;
            }));
      }
      start.countDown();
    }
    for (Future<?> each : done) {
      each.get();
    }
    assertThat(keychain.secrets).hasSize(1);
    assertThat(inKeychain().list())
        .hasSize(16)
        .hasOnlyElementsOfType(TokenStore.Listed.Entry.class);
  }

  @Test
  void the_key_moves_into_the_keychain_and_out_again_and_no_login_is_lost() throws IOException {
    TokenStore before = inFile();
    before.put(SLOT, login("a"));
    byte[] key = Files.readAllBytes(keyFile());

    assertThat(inKeychain().find(SLOT)).contains(login("a"));
    assertThat(keyFile()).doesNotExist();
    assertThat(keychain.secrets).containsValue(new String(key).strip());

    before.put(OTHER, login(OTHER, "by a process that knew the key before"));
    assertThat(inKeychain().list()).hasSize(2);

    assertThat(inFile().find(OTHER)).isPresent();
    assertThat(keychain.secrets).isEmpty();
    assertThat(Files.readAllBytes(keyFile())).isEqualTo(key);
    assertThat(inFile().find(SLOT)).contains(login("a"));
  }

  @Test
  void a_store_whose_key_is_in_a_file_is_left_alone_unless_somebody_wants_it_moved() {
    inFile().put(SLOT, login("a"));
    auto().put(OTHER, login(OTHER, "b"));
    assertThat(keyFile()).exists();
    assertThat(keychain.secrets).isEmpty();
  }

  @Test
  void a_new_store_uses_the_keychain_where_somebody_sits() {
    auto().put(SLOT, login("a"));
    assertThat(keychain.secrets).hasSize(1);
    assertThat(auto().find(SLOT)).contains(login("a"));
    assertThat(keyFile()).doesNotExist();
  }

  @Test
  void a_new_store_uses_a_file_where_nobody_sits() {
    opened(StoreKeys.Choice.AUTO, false).put(SLOT, login("a"));
    assertThat(keychain.secrets).isEmpty();
    assertThat(keyFile()).exists();
  }

  @Test
  void a_keychain_that_fails_at_first_is_replaced_by_a_file_for_good() {
    keychain.locked = true;
    auto().put(SLOT, login("a"));
    assertThat(keyFile()).exists();

    keychain.locked = false;
    auto().put(OTHER, login(OTHER, "b"));
    assertThat(keychain.secrets).isEmpty();
    assertThat(auto().list()).hasSize(2);
    assertThat(notes)
        .as("it is said once")
        .singleElement()
        .asString()
        .contains("locked", keyFile().toString());
  }

  @Test
  void a_keychain_that_fails_later_keeps_its_logins_and_new_ones_go_under_a_file() {
    auto().put(SLOT, login("a"));
    keychain.locked = true;

    ClientException e = failure(() -> auto().find(SLOT));
    assertThat(e.problem()).as("not damaged, and no logout").isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(e).hasMessageContaining("keychain");

    auto().put(OTHER, login(OTHER, "b"));
    assertThat(auto().find(OTHER)).contains(login(OTHER, "b"));
    assertThat(auto().list())
        .hasSize(2)
        .hasAtLeastOneElementOfType(TokenStore.Listed.Damaged.class);

    keychain.locked = false;
    assertThat(auto().find(SLOT)).contains(login("a"));
    assertThat(inKeychain().find(OTHER)).contains(login(OTHER, "b"));
    assertThat(inFile().list()).hasSize(2).hasOnlyElementsOfType(TokenStore.Listed.Entry.class);
  }

  @Test
  void whoever_wants_the_keychain_alone_is_told_where_it_cannot_be_had() {
    keychain.locked = true;
    ClientException e = failure(() -> inKeychain().put(SLOT, login("a")));
    assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(e).hasMessageContaining("locked");
    assertThat(keyFile()).doesNotExist();
  }

  @Test
  void a_key_that_cannot_be_moved_stays_where_it_is() {
    inFile().put(SLOT, login("a"));
    keychain.locked = true;
    assertThat(inKeychain().find(SLOT)).contains(login("a"));
    assertThat(keyFile()).exists();
  }

  @Test
  void a_keychain_that_forgot_the_key_is_never_taken_for_a_new_one() {
    inKeychain().put(SLOT, login("a"));
    keychain.secrets.clear();

    assertThat(failure(() -> inKeychain().find(SLOT)).problem())
        .isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(failure(() -> inKeychain().put(OTHER, login(OTHER, "b"))).problem())
        .isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(keychain.secrets).isEmpty();
  }

  @Test
  void another_key_under_the_stores_name_is_not_used() {
    inKeychain().put(SLOT, login("a"));
    String name = keychain.secrets.keySet().iterator().next();
    keychain.secrets.put(name, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assertThat(failure(() -> inKeychain().find(SLOT))).hasMessageContaining("another key");
  }

  @Test
  void a_damaged_mark_is_told() throws IOException {
    inKeychain().put(SLOT, login("a"));
    for (String content : List.of("", "x", "zzzzzzzzzzzzzzzz name", "0123 name")) {
      Files.writeString(home.resolve("config/store.keychain"), content);
      assertThat(failure(() -> inKeychain().find(SLOT)).problem())
          .as(content)
          .isEqualTo(Problem.STORE_DAMAGED);
    }
  }

  @Test
  void a_keychain_that_hangs_is_given_up_in_time_and_asked_once() {
    CountDownLatch never = new CountDownLatch(1);
    int[] asked = {0};
    Keychain hanging =
        new Keychain() {
          @Override
          public String read(String name) throws KeychainException {
            asked[0]++;
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new KeychainException("interrupted", e);
            }
            return "";
          }

          @Override
          public void write(String name, String secret) throws KeychainException {
            read(name);
          }

          @Override
          public void remove(String name) throws KeychainException {
            read(name);
          }
        };
    TimedKeychain timed = new TimedKeychain(hanging, Duration.ofMillis(200));
    for (int i = 0; i < 3; i++) {
      KeychainException e =
          catchThrowableOfType(KeychainException.class, () -> timed.read("anything"));
      assertThat(e).hasMessageContaining("answer");
    }
    assertThat(asked[0]).as("one thread hangs, not three").isEqualTo(1);

    TokenStore store =
        new EncryptedFileTokenStore(
            home.resolve("data"),
            new StoreKeys(
                home.resolve("config"),
                null,
                StoreKeys.Choice.AUTO,
                new TimedKeychain(hanging, Duration.ofMillis(200)),
                true,
                new SecureRandom(),
                notes::add),
            new SecureRandom());
    store.put(SLOT, login("a"));
    assertThat(store.find(SLOT)).contains(login("a"));
    never.countDown();
  }

  @Test
  void the_variable_chooses_the_store() {
    UserDirectories directories =
        new UserDirectories(home.resolve("data"), home.resolve("config"), home.resolve("cache"));
    TokenStore memory =
        TokenStores.open(
            directories, Map.of("LATCH_STORE", "memory"), "Linux", new SecureRandom(), note -> {});
    memory.put(SLOT, login("a"));
    assertThat(memory.find(SLOT)).isPresent();
    assertThat(home.resolve("data")).doesNotExist();

    TokenStores.open(
            directories, Map.of("LATCH_STORE", "file"), "Linux", new SecureRandom(), note -> {})
        .put(SLOT, login("b"));
    assertThat(keyFile()).exists();

    ClientException e =
        failure(() ->
            TokenStores.open(
                directories,
                Map.of("LATCH_STORE", "cloud"),
                "Linux",
                new SecureRandom(),
                note -> {}));
    assertThat(e).hasMessageContaining("LATCH_STORE=cloud");
    assertThat(e.hint()).contains("keychain");
  }
}

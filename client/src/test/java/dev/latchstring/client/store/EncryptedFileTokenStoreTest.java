package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedFileTokenStoreTest extends TokenStoreContract {
  private static final Slot.LoginSlot OTHER =
      new Slot.LoginSlot(URI.create("https://other.example.com/mcp"), "default");

  @TempDir Path home;
  private TokenStore store;

  @BeforeEach
  void open() {
    store = opened(null);
  }

  private TokenStore opened(String passphrase) {
    return new EncryptedFileTokenStore(
        home.resolve("data"), home.resolve("config"), passphrase, new SecureRandom());
  }

  @Override
  TokenStore store() {
    return store;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(home.resolve("data/tokens"))) {
      return all.filter(file -> file.toString().endsWith(".latch")).sorted().toList();
    }
  }

  private ClientException failure(TokenStore in) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> in.find(SLOT));
    assertThat(e).isNotNull();
    assertThat(e.hint()).isNotBlank();
    return e;
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void another_store_on_the_same_files_finds_everything() {
    store.put(SLOT, login("a"));
    assertThat(opened(null).find(SLOT)).contains(login("a"));
  }

  @Test
  void looking_creates_nothing() throws IOException {
    store.find(SLOT);
    store.list();
    store.remove(SLOT);
    try (Stream<Path> all = Files.list(home)) {
      assertThat(all).isEmpty();
    }
  }

  @Test
  void nothing_readable_is_on_disk_and_only_the_owner_may_look() throws IOException {
    store.put(SLOT, login("a-secret-token"));

    Path file = files().getFirst();
    assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
        .startsWith("LATCHST1")
        .doesNotContain("secret")
        .doesNotContain("example")
        .doesNotContain("alice");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(home.resolve("data/tokens"))).isEqualTo("rwx------");
    assertThat(permissions(home.resolve("config"))).isEqualTo("rwx------");
    assertThat(permissions(home.resolve("config/store.key"))).isEqualTo("rw-------");
  }

  @Test
  void the_same_entry_is_never_encrypted_the_same_way_twice() throws IOException {
    store.put(SLOT, login("a"));
    byte[] first = Files.readAllBytes(files().getFirst());
    store.put(SLOT, login("a"));
    assertThat(Files.readAllBytes(files().getFirst())).isNotEqualTo(first);
  }

  @Test
  void a_file_truncated_anywhere_is_told_by_name_and_the_others_are_there() throws IOException {
    store.put(SLOT, login("a"));
    Path file = files().getFirst();
    store.put(OTHER, login(OTHER, "b"));
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 8, 20, 28, 43, 44, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));

      ClientException e = failure(store);

      assertThat(e.problem()).as("length %d", length).isEqualTo(Problem.STORE_DAMAGED);
      assertThat(e).hasMessageContaining(file.toString());
      assertThat(store.find(OTHER)).contains(login(OTHER, "b"));
      assertThat(store.list())
          .hasSize(2)
          .hasAtLeastOneElementOfType(TokenStore.Listed.Damaged.class);
    }
  }

  @Test
  void a_file_with_any_byte_changed_is_refused() throws IOException {
    store.put(SLOT, login("a"));
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      assertThat(failure(store).problem()).as("byte %d", i).isEqualTo(Problem.STORE_DAMAGED);
    }
  }

  @Test
  void a_damaged_entry_can_be_replaced_and_removed() throws IOException {
    store.put(SLOT, login("a"));
    Files.write(files().getFirst(), new byte[3]);
    store.put(SLOT, login("b"));
    assertThat(store.find(SLOT)).contains(login("b"));

    Files.write(files().getFirst(), new byte[3]);
    assertThat(store.remove(SLOT)).isTrue();
    assertThat(store.find(SLOT)).isEmpty();
  }

  @Test
  void entries_cannot_take_each_others_place() throws IOException {
    store.put(SLOT, login("a"));
    Path mine = files().getFirst();
    store.put(OTHER, login(OTHER, "b"));
    Path others = files().stream().filter(file -> !file.equals(mine)).findFirst().orElseThrow();

    Files.copy(others, mine, StandardCopyOption.REPLACE_EXISTING);

    assertThat(failure(store).problem()).isEqualTo(Problem.STORE_DAMAGED);
  }

  @Test
  void another_key_is_told_from_damage() throws IOException {
    store.put(SLOT, login("a"));

    ClientException e = failure(opened(Base64.getEncoder().encodeToString(new byte[32])));

    assertThat(e.problem()).isEqualTo(Problem.STORE_DAMAGED);
    assertThat(e).hasMessageContaining("another key");
  }

  @Test
  void a_lost_key_is_not_replaced_while_there_are_entries() throws IOException {
    store.put(SLOT, login("a"));
    byte[] key = Files.readAllBytes(home.resolve("config/store.key"));
    Files.delete(home.resolve("config/store.key"));

    assertThat(failure(opened(null)).problem()).isEqualTo(Problem.STORE_DAMAGED);
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> opened(null).put(OTHER, login(OTHER, "b")));
    assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(e).hasMessageContaining("store.key");

    Files.write(home.resolve("config/store.key"), key);
    Files.setPosixFilePermissions(
        home.resolve("config/store.key"), PosixFilePermissions.fromString("rw-------"));
    assertThat(opened(null).find(SLOT)).contains(login("a"));
  }

  @Test
  void a_key_that_others_may_read_or_that_is_damaged_is_refused() throws IOException {
    store.put(SLOT, login("a"));
    Path key = home.resolve("config/store.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(failure(opened(null)).hint()).contains("chmod 600");

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "not a key");
    assertThat(failure(opened(null))).hasMessageContaining("damaged");
  }

  @Test
  void a_passphrase_takes_the_place_of_the_key_file() {
    TokenStore mine = opened("correct horse battery staple");
    mine.put(SLOT, login("a"));

    assertThat(home.resolve("config/store.key")).doesNotExist();
    assertThat(opened("correct horse battery staple").find(SLOT)).contains(login("a"));
    assertThat(failure(opened("incorrect horse"))).hasMessageContaining("another key");
    assertThat(failure(opened(null)).hint()).contains("set LATCH_STORE_KEY to the passphrase");
  }

  @Test
  void the_environment_names_the_passphrase() {
    UserDirectories directories =
        new UserDirectories(home.resolve("data"), home.resolve("config"), home.resolve("cache"));
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    TokenStores.open(
            directories, Map.of("LATCH_STORE_KEY", key), "Linux", new SecureRandom(), note -> {})
        .put(SLOT, login("a"));
    assertThat(opened(key).find(SLOT)).contains(login("a"));
    assertThat(home.resolve("config")).doesNotExist();
  }

  @Test
  void an_entry_of_the_format_before_versions_is_read() throws IOException {
    store.put(SLOT, login("a"));
    Path file = files().getFirst();
    write(
        file,
        """
        {"server":"https://mcp.example.com/mcp","account":"default",\
        "resource":"https://mcp.example.com/mcp","issuer":"https://as.example.com",\
        "token_endpoint":"https://as.example.com/token","client_id":"client-1",\
        "auth_method":"none","scope":"clinic:read","subject":"alice","access_token":"old",\
        "token_type":"Bearer","expires_at":7,"obtained_at":5,"after_rejection":false,\
        "refresh_token":"r","logged_in_at":5}\
        """);

    StoredLogin found = store.find(SLOT).orElseThrow();

    assertThat(found.accessToken()).isEqualTo("old");
    assertThat(found.requestedScope()).isNull();
    assertThat(store.replace(SLOT, found, login("new"))).isTrue();
    assertThat(content(file)).startsWith("{\"format\":2,\"server\":");
  }

  @Test
  void an_entry_of_a_newer_version_is_left_alone_and_told() throws IOException {
    store.put(SLOT, login("a"));
    store.put(OTHER, login(OTHER, "b"));
    Path file = file(SLOT);
    for (String content :
        List.of("{\"format\":3,\"server\":[1]}", "{\"format\":123456789012,", "{\"format\":99}")) {
      write(file, content);

      ClientException e = failure(store);

      assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
      assertThat(e).hasMessageContaining("newer version").hasMessageContaining(file.toString());
      assertThat(
              catchThrowableOfType(
                  ClientException.class, () -> store.replace(SLOT, null, login("c"))))
          .as("it is not overwritten")
          .isNotNull();
      assertThat(store.list()).hasSize(2);
      assertThat(store.find(OTHER)).isPresent();
    }
    assertThat(store.remove(SLOT)).isTrue();
  }

  private Path file(Slot<?> slot) throws IOException {
    for (Path file : files()) {
      if (content(file).contains(((Slot.LoginSlot) slot).server().toString())) {
        return file;
      }
    }
    throw new AssertionError("no file of " + slot);
  }

  private StoreKey key() {
    return new StoreKeys(
            home.resolve("config"),
            null,
            StoreKeys.Choice.FILE,
            TokenStores.systemKeychain("none"),
            false,
            new SecureRandom(),
            note -> {})
        .writing(() -> true);
  }

  private void write(Path file, String content) throws IOException {
    Files.write(
        file,
        SealedFile.seal(
            content.getBytes(UTF_8), file.getFileName().toString(), key(), new SecureRandom()));
  }

  private String content(Path file) throws IOException {
    return new String(SealedFile.open(Files.readAllBytes(file), file, key()), UTF_8);
  }

  @Test
  void a_directory_that_cannot_be_made_is_told() throws IOException {
    Files.writeString(home.resolve("data"), "a file is in the way");

    ClientException e =
        catchThrowableOfType(ClientException.class, () -> store.put(SLOT, login("a")));

    assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    assertThat(e).hasMessageContaining(home.resolve("data").toString());
  }

  @Test
  void what_a_killed_writer_left_is_overwritten() throws IOException {
    store.put(SLOT, login("a"));
    Path file = files().getFirst();
    Files.write(file.resolveSibling(file.getFileName() + ".tmp"), new byte[100]);

    store.put(SLOT, login("b"));

    assertThat(store.find(SLOT)).contains(login("b"));
    assertThat(store.list()).hasSize(1);
    assertThat(file.resolveSibling(file.getFileName() + ".tmp")).doesNotExist();
  }
}

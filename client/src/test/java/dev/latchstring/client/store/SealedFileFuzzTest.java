package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class SealedFileFuzzTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** 256 bits in base64: no key file, and no derivation. */
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  private static final Path PLACE = Path.of("login-0.latch");

  @TempDir static Path folder;

  private static StoreKey key() {
    StoreKey key = StoreKey.decode(KEY);
    assertThat(key).isNotNull();
    return key;
  }

  @FuzzTest
  void a_file_that_was_not_sealed_here_is_damaged(byte[] file) {
    StoreKey key = key();
    assertDamaged(file, key);
    byte[] named = "LATCHST1".getBytes(UTF_8);
    byte[] headed = new byte[named.length + key.id().length + file.length];
    System.arraycopy(named, 0, headed, 0, named.length);
    System.arraycopy(key.id(), 0, headed, named.length, key.id().length);
    System.arraycopy(file, 0, headed, named.length + key.id().length, file.length);
    assertDamaged(headed, key);
  }

  @FuzzTest
  void what_is_sealed_opens_and_any_change_is_noticed(byte[] content) {
    StoreKey key = key();
    byte[] sealed = SealedFile.seal(content, String.valueOf(PLACE), key, RANDOM);
    assertThat(SealedFile.open(sealed, PLACE, key)).isEqualTo(content);
    assertDamaged(Arrays.copyOf(sealed, sealed.length - 1), key);
    int changed = content.length == 0 ? 0 : (content[0] & 0xFF) % sealed.length;
    sealed[changed] ^= 1;
    assertDamaged(sealed, key);
  }

  /** As another version of the program may have written it. */
  @FuzzTest
  void an_entry_of_another_shape_is_damaged_and_hides_no_other(byte[] content) {
    URI server = URI.create("https://mcp.example/mcp");
    var store = new EncryptedFileTokenStore(folder, folder, KEY, RANDOM);
    var slot = new Slot.LoginSlot(server, "default");
    Path file = folder.resolve("tokens").resolve("login-8d2b.latch");
    try {
      Files.createDirectories(file.getParent());
      Files.write(
          file, SealedFile.seal(content, String.valueOf(file.getFileName()), key(), RANDOM));
      List<TokenStore.Listed> listed = store.list();
      assertThat(listed).hasSize(1);
      if (listed.getFirst() instanceof TokenStore.Listed.Entry entry) {
        assertThat(entry.entry().slot().id()).isNotEmpty();
        assertThat(entry.entry().toString()).isNotEmpty();
      }
      assertThat(store.find(slot)).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertDamaged(byte[] file, StoreKey key) {
    try {
      SealedFile.open(file, PLACE, key);
    } catch (ClientException e) {
      assertThat(e.problem()).isEqualTo(Problem.STORE_DAMAGED);
      return;
    }
    throw new AssertionError("a file was opened that nobody sealed");
  }
}

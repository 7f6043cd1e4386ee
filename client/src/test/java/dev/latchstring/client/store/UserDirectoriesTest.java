package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserDirectoriesTest {
  @Test
  void linux_follows_xdg() {
    assertThat(UserDirectories.of(Map.of(), "Linux", "/home/alice"))
        .isEqualTo(
            new UserDirectories(
                Path.of("/home/alice/.local/share/latchstring"),
                Path.of("/home/alice/.config/latchstring"),
                Path.of("/home/alice/.cache/latchstring")));
    assertThat(
            UserDirectories.of(
                Map.of("XDG_DATA_HOME", "/d", "XDG_CONFIG_HOME", "relative"),
                "Linux",
                "/home/alice"))
        .isEqualTo(
            new UserDirectories(
                Path.of("/d/latchstring"),
                Path.of("/home/alice/.config/latchstring"),
                Path.of("/home/alice/.cache/latchstring")));
  }

  @Test
  void macos_uses_library() {
    assertThat(UserDirectories.of(Map.of(), "Mac OS X", "/Users/alice").data())
        .isEqualTo(Path.of("/Users/alice/Library/Application Support/latchstring"));
  }

  @Test
  void windows_uses_appdata() {
    assertThat(UserDirectories.of(Map.of("APPDATA", "/roaming"), "Windows 11", "/alice"))
        .isEqualTo(
            new UserDirectories(
                Path.of("/roaming/latchstring/data"),
                Path.of("/roaming/latchstring/config"),
                Path.of("/alice/AppData/Local/latchstring/cache")));
  }

  @Test
  void latch_home_holds_everything_on_any_system() {
    for (String os : new String[] {"Linux", "Mac OS X", "Windows 11"}) {
      assertThat(UserDirectories.of(Map.of("LATCH_HOME", "/x"), os, "/home/alice"))
          .isEqualTo(
              new UserDirectories(Path.of("/x/data"), Path.of("/x/config"), Path.of("/x/cache")));
    }
  }
}

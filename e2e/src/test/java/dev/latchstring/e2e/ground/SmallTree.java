package dev.latchstring.e2e.ground;

import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A clone small enough to be built in a second: the real launcher, and one class as the program.
 * Where the real tree has Maven's wrapper, this one has a script that compiles that class with the
 * JDK's own compiler, counts how often, and can be told to wait or to fail.
 */
final class SmallTree {
  private static final List<String> MODULES =
      List.of(
          "oauth",
          "authorization-server",
          "client",
          "mcp-server",
          "examples/clinic",
          "examples/voice-agent",
          "cli",
          "distribution");

  private static final String BUILD =
      """
      #!/bin/sh
      root=$(dirname "$0")
      echo build >>"$root/builds"
      for argument; do
        case $argument in -Dlatch.image=*) image=${argument#*=}/latchstring-distribution ;; esac
      done
      echo '[INFO] Building The latch command 0.1.0-SNAPSHOT          [6/6]'
      mkdir -p "$image/classes" "$image/latch/lib"
      "$LATCHSTRING_JAVA_HOME/bin/javac" -d "$image/classes" "$root"/cli/src/main/java/*.java || exit 1
      while [ -f "$root/wait" ]; do sleep 0.05; done
      if [ -f "$root/problem" ]; then
        cat "$root/problem"
        exit 1
      fi
      "$LATCHSTRING_JAVA_HOME/bin/jar" --create --date 2026-11-01T00:00:00Z \\
        --file "$image/latch/lib/latch.jar" -C "$image/classes" .
      printf lib/latch.jar >"$image/latch/classpath"
      """;

  private final Path root;

  private SmallTree(Path root) {
    this.root = root;
  }

  static SmallTree in(Path root) throws IOException {
    Files.createDirectories(root.resolve(".mvn"));
    Path original = SourceTree.root();
    for (String file : List.of("latch", ".mvn/jdk.sh")) {
      Files.copy(original.resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Path build = Files.writeString(root.resolve("mvnw"), BUILD);
    build.toFile().setExecutable(true);
    SmallTree tree = new SmallTree(root);
    tree.answer("one");
    return tree;
  }

  /** Edits the program: from now on its source says that it prints this. */
  void answer(String word) throws IOException {
    Files.writeString(
        source(),
        """
        package dev.latchstring.cli;

        public class Latch {
          public static void main(String[] args) {
            System.out.println("%s " + String.join("|", args));
          }
        }
        """
            .formatted(word));
  }

  Path source() {
    return root.resolve("cli/src/main/java/Latch.java");
  }

  Path root() {
    return root;
  }

  /** What the program is built into. */
  Path built() {
    return root.resolve(".latch");
  }

  long builds() throws IOException {
    Path counted = root.resolve("builds");
    return Files.exists(counted) ? Files.readAllLines(counted).size() : 0;
  }

  /** Builds do not end from now on. */
  void holdBuilds() throws IOException {
    Files.writeString(root.resolve("wait"), "");
  }

  void letBuildsEnd() throws IOException {
    Files.delete(root.resolve("wait"));
  }

  /** Builds fail from now on, and this is what Maven says. */
  void failBuilds(String output) throws IOException {
    Files.writeString(root.resolve("problem"), output + "\n");
  }

  /** A shell in this tree; it makes no AOT caches, which take longer than everything else. */
  Shell shell() {
    return new Shell(root).with("LATCHSTRING_AOT", "off");
  }
}

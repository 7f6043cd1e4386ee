package dev.latchstring.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources of this build are. */
public final class SourceTree {
  private SourceTree() {}

  /**
   * The root of the tree: the nearest folder above the working directory that holds {@code .mvn}.
   *
   * @throws IllegalStateException where the tests are not run from within the tree
   */
  public static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no .mvn above " + start + ": run the tests from the tree");
  }
}

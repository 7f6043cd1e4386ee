package dev.latchstring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of results: a chapter for each benchmark, which it writes anew and leaves the others. */
public final class Results {
  private Results() {}

  /**
   * Puts a chapter in the place of the one with the same heading, or at the end.
   *
   * @param chapter Markdown; its first line is its heading, with one {@code #}
   */
  public static void write(Path file, String chapter) throws IOException {
    String heading = chapter.lines().findFirst().orElseThrow();
    List<String> chapters = new ArrayList<>();
    if (Files.exists(file)) {
      for (String one : Files.readString(file).split("(?m)^(?=# )", -1)) {
        if (!one.isBlank()) {
          chapters.add(one.strip());
        }
      }
    }
    boolean there = false;
    for (int i = 0; i < chapters.size(); i++) {
      if (chapters.get(i).lines().findFirst().orElse("").equals(heading)) {
        chapters.set(i, chapter.strip());
        there = true;
      }
    }
    if (!there) {
      chapters.add(chapter.strip());
    }
    Files.writeString(file, String.join("\n\n", chapters) + "\n");
  }
}

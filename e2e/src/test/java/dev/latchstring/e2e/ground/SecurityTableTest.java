package dev.latchstring.e2e.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SECURITY.md and the page for servers say is tried, is tried. */
class SecurityTableTest {
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)`");

  @ParameterizedTest
  @CsvSource({"SECURITY.md, 30", "docs/what-a-server-gets.md, 15"})
  void every_test_that_the_table_names_is_there(String page, int least) throws IOException {
    Set<String> named = new TreeSet<>();
    Files.readString(SourceTree.root().resolve(page))
        .lines()
        .filter(line -> line.startsWith("| "))
        .forEach(
            line -> TEST.matcher(line).results().map(found -> found.group(1)).forEach(named::add));

    assertThat(named).hasSizeGreaterThan(least).isSubsetOf(tests());
  }

  private static Set<String> tests() throws IOException {
    try (Stream<Path> modules = Files.list(SourceTree.root());
        Stream<Path> examples = Files.list(SourceTree.root().resolve("examples"))) {
      Set<String> names = new TreeSet<>();
      for (Path module :
          Stream.concat(modules, examples).map(path -> path.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> files = Files.walk(module)) {
            names.addAll(
                files
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet()));
          }
        }
      }
      return names;
    }
  }
}

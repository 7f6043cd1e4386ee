package dev.latchstring.e2e.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .mvn/jdk.sh}: which of the installed JDKs is taken. */
class JdkSearchTest {
  @TempDir private Path place;

  @Test
  void the_newest_wins() throws Exception {
    assertThat(chosenOf(jdk("21.0.9"), jdk("24.0.1"), jdk("23"))).isEqualTo("24.0.1 24");
  }

  @Test
  void a_25_is_preferred_to_anything() throws Exception {
    assertThat(chosenOf(jdk("26"), jdk("25.0.3"), jdk("27-ea"), jdk("21.0.9")))
        .isEqualTo("25.0.3 25");
  }

  @Test
  void nothing_older_than_21_will_do() throws Exception {
    assertThat(chosenOf(jdk("17.0.15"), jdk("1.8.0_402"), jdk("20"), jdk("9"))).isEqualTo(" 0");
  }

  @Test
  void a_runtime_without_a_compiler_will_not_do() throws Exception {
    Path runtime = jdk("25.0.3");
    Files.delete(runtime.resolve("bin/javac"));

    assertThat(chosenOf(runtime, jdk("21.0.9"))).isEqualTo("21.0.9 21");
  }

  @Test
  void a_virtual_machine_that_does_not_know_our_options_will_not_do() throws Exception {
    Path other = jdk("25.0.3");
    Files.writeString(
        other.resolve("release"), "IMPLEMENTOR=\"IBM Corporation\"\nJAVA_VERSION=\"25.0.3\"\n");

    assertThat(chosenOf(other, jdk("21.0.9"))).isEqualTo("21.0.9 21");
  }

  @Test
  void a_release_file_that_is_cut_short_or_is_no_text_is_passed_over() throws Exception {
    Path empty = jdk("25");
    Files.writeString(empty.resolve("release"), "");
    Path binary = jdk("25.1");
    Files.write(binary.resolve("release"), new byte[] {0, 1, 2, '=', (byte) 0xff, '\n', 'J'});

    assertThat(chosenOf(empty, binary, jdk("21"))).isEqualTo("21 21");
  }

  @Test
  void java_home_is_a_candidate_like_others_and_an_old_one_is_passed_over() throws Exception {
    var found =
        new Shell(SourceTree.root())
            .with("LATCHSTRING_JAVA_HOME", "")
            .with("JAVA_HOME", jdk("17.0.15"))
            .with("HOME", homeWith("25.0.3"))
            .run("sh", "-c", ". .mvn/jdk.sh; find_jdk; echo $jdk_major");

    assertThat(found.out()).isEqualTo("25\n");
  }

  private Path homeWith(String version) throws Exception {
    Path home = place.resolve("home");
    Files.createDirectories(home.resolve(".jdks"));
    Files.move(jdk(version), home.resolve(".jdks/some-jdk"));
    return home;
  }

  private String chosenOf(Path... candidates) throws Exception {
    StringBuilder script = new StringBuilder(". .mvn/jdk.sh; jdk='' jdk_rank=0 jdk_major=0\n");
    for (Path candidate : candidates) {
      script.append("consider_jdk '").append(candidate).append("'\n");
    }
    script.append("echo ${jdk##*/jdk-} $jdk_major");
    return new Shell(SourceTree.root())
        .run("sh", "-c", script.toString())
        .out()
        .replace("\n", "")
        .replaceFirst("^0$", " 0");
  }

  private Path jdk(String version) throws Exception {
    Path home = place.resolve("jdk-" + version);
    Files.createDirectories(home.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      Files.writeString(home.resolve("bin").resolve(tool), "#!/bin/sh\n")
          .toFile()
          .setExecutable(true);
    }
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"%s\"\nMODULES=\"java.base\"".formatted(version));
    return home;
  }
}

package dev.latchstring.e2e.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The launcher {@code latch}: what it builds and when, and what it says. */
@Order(4)
@Execution(ExecutionMode.CONCURRENT)
class LauncherTest {

  @TempDir private Path place;
  private SmallTree tree;

  @BeforeEach
  void a_clone_whose_path_has_a_space() throws Exception {
    tree = SmallTree.in(place.resolve("a clone"));
  }

  @Test
  void the_first_start_builds_and_stdout_is_the_commands_alone() throws Exception {
    var first = tree.shell().run("./latch", "connect", "a b", "");

    assertThat(first.status()).isZero();
    assertThat(first.out()).isEqualTo("one connect|a b|\n");
    assertThat(first.err())
        .contains("latch: first start: building")
        .contains("[6/6] The latch command")
        .contains("latch: built in");
  }

  @Test
  void the_second_start_neither_builds_nor_says_anything() throws Exception {
    tree.shell().run("./latch");

    var second = tree.shell().run("./latch", "again");

    assertThat(second.out()).isEqualTo("one again\n");
    assertThat(second.err()).isEmpty();
    assertThat(tree.builds()).isEqualTo(1);
  }

  @Test
  void an_edit_runs_even_where_the_file_claims_to_be_old() throws Exception {
    tree.shell().run("./latch");
    tree.answer("two");
    Files.setLastModifiedTime(tree.source(), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

    var next = tree.shell().run("./latch");

    assertThat(next.out()).isEqualTo("two \n");
    assertThat(next.err()).contains("latch: the sources changed: building");
  }

  @Test
  void a_deleted_source_is_an_edit() throws Exception {
    Path other = Files.writeString(tree.source().resolveSibling("Other.java"), "class Other {}");
    tree.shell().run("./latch");
    Files.delete(other);

    tree.shell().run("./latch");

    assertThat(tree.builds()).isEqualTo(2);
  }

  @Test
  void what_is_edited_during_a_build_runs_at_the_next_start() throws Exception {
    tree.holdBuilds();
    var first = tree.shell().start("./latch");
    first.awaitErr("[6/6]");
    Await.until("the compiler", () -> classIsCompiled());
    tree.answer("two");
    tree.letBuildsEnd();

    assertThat(first.outcome().out()).isEqualTo("one \n");
    assertThat(tree.shell().run("./latch").out()).isEqualTo("two \n");
  }

  @Test
  void of_two_first_starts_one_builds_and_the_other_says_what_it_waits_for() throws Exception {
    tree.holdBuilds();
    var one = tree.shell().start("./latch", "1");
    one.awaitErr("[6/6]");
    var other = tree.shell().start("./latch", "2");
    other.awaitErr("latch: waiting for process " + one.process().pid());
    tree.letBuildsEnd();

    assertThat(one.outcome().out()).isEqualTo("one 1\n");
    assertThat(other.outcome().out()).isEqualTo("one 2\n");
    assertThat(tree.builds()).isEqualTo(1);
  }

  @Test
  void a_killed_build_is_done_again_and_leaves_nothing() throws Exception {
    tree.holdBuilds();
    var killed = tree.shell().start("./latch");
    killed.awaitErr("[6/6]");
    var maven = killed.process().descendants().toList();
    killed.process().destroyForcibly().waitFor();
    maven.forEach(ProcessHandle::destroyForcibly);
    tree.letBuildsEnd();

    var next = tree.shell().run("./latch");

    assertThat(next.out()).isEqualTo("one \n");
    try (var left = Files.list(tree.built())) {
      assertThat(left.map(path -> path.getFileName().toString().replaceAll("-.*", "")))
          .containsExactlyInAnyOrder("build.log", "current", "image");
    }
  }

  @Test
  void an_interrupted_build_ends_maven_too() throws Exception {
    tree.holdBuilds();
    var interrupted = tree.shell().start("./latch");
    interrupted.awaitErr("[6/6]");
    var maven = interrupted.process().children().toList();

    interrupted.process().destroy();

    assertThat(interrupted.outcome().status()).isEqualTo(143);
    Await.until("Maven's end", () -> maven.stream().noneMatch(ProcessHandle::isAlive));
    try (var left = Files.list(tree.built())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_failed_build_shows_what_was_wrong_and_where_the_rest_is() throws Exception {
    tree.failBuilds("[INFO] chatter\n[ERROR] Latch.java:[7,32] cannot find symbol");

    var failed = tree.shell().run("./latch");

    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains("latch: the build failed:")
        .contains("Latch.java:[7,32] cannot find symbol")
        .contains("everything Maven said: " + tree.built().resolve("build.log"))
        .doesNotContain("chatter");
  }

  @Test
  void an_edit_that_does_not_compile_does_not_run_the_old_program() throws Exception {
    tree.shell().run("./latch");
    tree.failBuilds("[ERROR] cannot find symbol");
    tree.answer("two");

    assertThat(tree.shell().run("./latch").out()).isEmpty();
    assertThat(tree.shell().run("./latch").status()).isEqualTo(1);
  }

  @Test
  void without_a_network_it_says_so_and_what_to_set() throws Exception {
    tree.failBuilds(
        "[ERROR] Could not transfer artifact a:b:pom:1 from/to central: Unknown host"
            + " repo.maven.apache.org");

    assertThat(tree.shell().run("./latch").err())
        .contains("Maven Central cannot be reached")
        .contains("hint: check the network");
  }

  @Test
  void a_full_disk_is_called_a_full_disk() throws Exception {
    tree.failBuilds("[ERROR] Failed to write /x.jar: No space left on device");

    assertThat(tree.shell().run("./latch").err())
        .contains("latch: the disk is full")
        .contains("hint: free some space");
  }

  @Test
  void a_folder_that_cannot_be_written_is_named_with_a_way_out() throws Exception {
    // Not by permissions, which mean nothing to root: no folder can be made below a file.
    Path unwritable = tree.root().resolve("pom.xml/.latch");

    var refused = tree.shell().with("LATCHSTRING_BUILD_DIR", unwritable).run("./latch");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("latch: cannot write in " + unwritable)
        .contains("LATCHSTRING_BUILD_DIR");
  }

  @Test
  void it_can_be_built_elsewhere_and_started_through_a_link() throws Exception {
    Path elsewhere = place.resolve("else where");
    Path link = Files.createSymbolicLink(place.resolve("link"), tree.root().resolve("latch"));

    var run =
        new Shell(place.resolve("a clone/cli"))
            .with("LATCHSTRING_AOT", "off")
            .with("LATCHSTRING_BUILD_DIR", elsewhere)
            .run(link.toString(), "x");

    assertThat(run.out()).isEqualTo("one x\n");
    assertThat(elsewhere.resolve("current")).exists();
    assertThat(tree.built()).doesNotExist();
  }

  @Test
  void without_a_jdk_it_says_what_to_install() throws Exception {
    var refused = tree.shell().with("LATCHSTRING_JAVA_HOME", "/nowhere").run("./latch");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("not a JDK 21 or newer").contains("hint: ");
  }

  @Test
  @EnabledForJreRange(minVersion = 25)
  void a_cache_is_trained_where_the_jdk_can_and_a_broken_one_is_silently_not_used()
      throws Exception {
    tree.shell().with("LATCHSTRING_AOT", "on").run("./latch");
    Path cache;
    try (var files = Files.walk(tree.built())) {
      cache =
          files
              .filter(file -> file.getFileName().toString().matches("command-.*\\.aot"))
              .findFirst()
              .orElseThrow();
    }
    Files.writeString(cache, "not a cache");

    var run = tree.shell().with("LATCHSTRING_AOT", "on").run("./latch", "x");

    assertThat(run.out()).isEqualTo("one x\n");
    assertThat(run.err()).isEmpty();
  }

  private boolean classIsCompiled() throws Exception {
    try (var files = Files.walk(tree.built())) {
      return files.anyMatch(file -> file.endsWith("Latch.class"));
    }
  }
}

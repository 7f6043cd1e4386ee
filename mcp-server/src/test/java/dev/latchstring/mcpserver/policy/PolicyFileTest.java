package dev.latchstring.mcpserver.policy;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.alice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.mcpserver.fixture.TestClock;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  private static final String OPEN = "default: any_caller\n";
  private static final String CLOSED = "default: nobody\n";

  @TempDir private Path folder;
  private Path file;
  private final TestClock clock = new TestClock(NOW);

  @BeforeEach
  void name() {
    file = folder.resolve("policy.yaml");
  }

  private void write(String text) throws IOException {
    write(text, clock.instant());
  }

  private void write(String text, Instant at) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(at));
  }

  private ToolAuthorizer tools(PolicyFile policy) {
    return ToolAuthorizer.builder(Requirement.anyCaller())
        .tool("push", Requirement.anyCaller().acr("mfa"))
        .rules(policy)
        .audit()
        .clock(clock)
        .build();
  }

  private static boolean isOpen(ToolAuthorizer tools) {
    return tools.call(alice(""), "anything") instanceof Decision.Allowed;
  }

  private void later() {
    clock.advance(Duration.ofMillis(PolicyFile.LOOK_MILLIS));
  }

  @Test
  void a_file_that_is_not_there_or_cannot_be_used_stops_the_start() throws IOException {
    assertThatThrownBy(() -> PolicyFile.open(file, clock))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("no such file");
    write("default: nobody\ntool: {}\n");
    assertThatThrownBy(() -> PolicyFile.open(file, clock))
        .hasMessageContaining("policy.yaml, line 2: unknown key 'tool'");
    Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 0x3A});
    assertThatThrownBy(() -> PolicyFile.open(file, clock)).hasMessageContaining("UTF-8");
    write("#" + "x".repeat(PolicyFile.MAX_BYTES));
    assertThatThrownBy(() -> PolicyFile.open(file, clock)).hasMessageContaining("larger than");
    assertThatThrownBy(() -> PolicyFile.open(folder, clock)).isInstanceOf(PolicyException.class);
  }

  @Test
  void a_new_file_counts_when_nobody_writes_to_it_any_more() throws IOException {
    write(OPEN);
    PolicyFile policy = PolicyFile.open(file, clock);
    AtomicInteger told = new AtomicInteger();
    policy.onChange(told::incrementAndGet);
    ToolAuthorizer tools = tools(policy);
    assertThat(isOpen(tools)).isTrue();

    later();
    write(CLOSED);
    assertThat(isOpen(tools)).as("it may be half written").isTrue();
    later();

    assertThat(isOpen(tools)).isFalse();
    assertThat(told).hasValue(1);
    assertThat(policy.problem()).isEmpty();
  }

  @Test
  void a_file_that_was_put_in_place_whole_counts_at_once() throws IOException {
    write(OPEN);
    ToolAuthorizer tools = tools(PolicyFile.open(file, clock));
    Path next = Files.writeString(folder.resolve("next"), CLOSED);
    Files.setLastModifiedTime(next, FileTime.from(NOW.minusSeconds(60)));

    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    later();

    assertThat(isOpen(tools)).isFalse();
  }

  @Test
  void a_broken_file_changes_nothing_until_it_is_mended() throws IOException {
    write(CLOSED);
    PolicyFile policy = PolicyFile.open(file, clock);
    ToolAuthorizer tools = tools(policy);

    later();
    write("default: any_caller\ntools: [\n", clock.instant().minusSeconds(10));
    assertThat(isOpen(tools)).isFalse();
    assertThat(policy.problem()).get().asString().contains("policy.yaml").contains("line");
    later();
    Files.delete(file);
    assertThat(isOpen(tools)).isFalse();
    later();
    assertThat(isOpen(tools)).isFalse();
    assertThat(policy.problem()).get().asString().contains("no such file");
    later();
    write("tools: { x: nobody }\n", clock.instant().minusSeconds(10));
    assertThat(isOpen(tools)).as("a file without a default").isFalse();
    assertThat(policy.problem()).get().asString().contains("no default");
    later();
    write(OPEN, clock.instant().minusSeconds(10));

    assertThat(isOpen(tools)).isTrue();
    assertThat(policy.problem()).isEmpty();
  }

  @Test
  void a_file_that_contradicts_the_code_is_broken() throws IOException {
    write("default: any_caller\ntools: { push: { acr: weak } }\n");
    PolicyFile contradicting = PolicyFile.open(file, clock);
    assertThatThrownBy(() -> tools(contradicting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("policy.yaml: push (line 2)");

    write(CLOSED);
    PolicyFile policy = PolicyFile.open(file, clock);
    ToolAuthorizer tools = tools(policy);
    later();
    write("default: any_caller\ntools: { pu*: { acr: weak } }\n", NOW.minusSeconds(9));

    assertThat(isOpen(tools)).isFalse();
    assertThat(policy.problem()).get().asString().contains("contradict");
  }

  @Test
  void a_clock_that_is_set_back_does_not_end_the_looking() throws IOException {
    write(OPEN);
    ToolAuthorizer tools = tools(PolicyFile.open(file, clock));
    clock.advance(Duration.ofDays(-1));
    write(CLOSED, NOW.minusSeconds(5));

    assertThat(isOpen(tools)).isFalse();
  }

  /** Who is always refused is let in by none of the versions, however often they change. */
  @Test
  void there_is_no_moment_of_openness_while_files_change() throws Exception {
    String rules = "tools: { secret: nobody }\n";
    write("default: any_caller\n" + rules);
    ToolAuthorizer tools = tools(PolicyFile.open(file, clock));
    AtomicBoolean done = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(2)) {
      Future<Integer> asking =
          threads.submit(() -> {
            int asked = 0;
            while (!done.get()) {
              clock.advance(Duration.ofMillis(400));
              assertThat(tools.call(alice(""), "secret")).isInstanceOf(Decision.Refused.class);
              assertThat(tools.isListed(alice(""), "secret")).isFalse();
              asked++;
            }
            return asked;
          });
      for (int i = 0; i < 300; i++) {
        String version =
            switch (i % 4) {
              case 0 -> "default: any_caller\n" + rules;
              case 1 -> "default: any_caller\ntools: {";
              case 2 -> "default: { scopes: [a] }\n" + rules;
              default -> "";
            };
        if (i % 8 == 7) {
          Files.deleteIfExists(file);
        } else {
          Files.writeString(file, version);
        }
      }
      done.set(true);
      assertThat(asking.get()).isPositive();
    }
  }
}

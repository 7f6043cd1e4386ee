package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.StdioHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of {@code latch connect --log-file}. */
class LogFileTest {
  @TempDir Path folder;

  private static void write(LogFile log, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    log.write(bytes, 0, bytes.length);
  }

  @Test
  void each_line_of_latch_connect_says_when_it_was() throws Exception {
    Path file = folder.resolve("log");
    ProcessBuilder latch =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.latchstring.cli.Latch",
            "connect",
            "http://127.0.0.1:" + Ports.free() + "/mcp",
            "--log-file",
            file.toString());
    latch.environment().put("LATCH_HOME", folder.resolve("home").toString());
    latch.redirectError(folder.resolve("err").toFile());

    try (StdioHost host = new StdioHost(latch.start())) {
      host.initialize(Protocol.NEWEST_SESSION, "{}").call("tools/list", "{}");
    }

    assertThat(Files.readAllLines(file))
        .anySatisfy(line ->
            assertThat(line)
                .matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+\\S+ WARN dev\\S+ - nothing answers at .*"));
    assertThat(folder.resolve("err")).isEmptyFile();
  }

  @Test
  void its_owner_alone_reads_it_and_it_goes_on_where_it_ended() throws Exception {
    Path file = folder.resolve("log");
    Files.writeString(file, "before\n");
    try (LogFile log = LogFile.at(file)) {
      write(log, "after\n");
    }
    assertThat(Files.readString(file)).isEqualTo("before\nafter\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void it_is_bounded_and_keeps_the_one_before() throws Exception {
    Path file = folder.resolve("log");
    try (LogFile log = LogFile.at(file, 100)) {
      for (int i = 0; i < 100; i++) {
        write(log, "line %02d of the log\n".formatted(i));
      }
    }
    assertThat(Files.readString(file)).endsWith("line 99 of the log\n");
    assertThat(Files.size(file)).isLessThanOrEqualTo(100);
    assertThat(Files.size(folder.resolve("log.1"))).isLessThanOrEqualTo(100);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void several_may_write_to_one_without_tearing_lines() throws Exception {
    Path file = folder.resolve("log");
    List<LogFile> logs = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      LogFile log = LogFile.at(file, 2000);
      logs.add(log);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int j = 0; j < 500; j++) {
                  write(log, "0123456789 a whole line\n");
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (LogFile log : logs) {
      log.close();
    }
    for (Path each : List.of(file, folder.resolve("log.1"))) {
      assertThat(Files.readAllLines(each)).isNotEmpty().containsOnly("0123456789 a whole line");
    }
  }

  @Test
  void another_file_is_not_written_through_a_link() throws Exception {
    Path target = Files.writeString(folder.resolve("other"), "kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> LogFile.at(link)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> LogFile.at(folder)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> LogFile.at(folder.resolve("no/such/folder")))
        .isInstanceOf(IOException.class);
    assertThat(Files.readString(target)).isEqualTo("kept");
  }
}

package dev.latchstring.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.voice.terminal.CallPrinter;
import dev.latchstring.examples.voice.terminal.Transcript;
import dev.latchstring.examples.voice.terminal.TranscriptPlayer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each transcript that is shipped, against the servers and the configuration that are shipped. */
class ShippedTranscriptsTest {
  @TempDir private static Path folder;
  private static RealServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = new RealServers(folder, 0, 10);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  static List<Path> transcripts() throws IOException {
    try (var files = Files.list(RealServers.EXAMPLE.resolve("transcripts"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void the_agent_does_what_the_transcript_says(Path file) throws Exception {
    StringWriter printed = new StringWriter();
    Transcript transcript = Transcript.parse(Files.readString(file));
    assertThat(transcript.title()).isNotBlank();
    try {
      new TranscriptPlayer(
              servers.calls(),
              () -> servers.pocket.takeCode(null, Duration.ofSeconds(20)).orElseThrow(),
              servers::pass,
              new CallPrinter(new PrintWriter(printed)))
          .play(file.getFileName().toString(), transcript);
    } catch (TranscriptPlayer.Mismatch e) {
      throw new AssertionError(printed.toString(), e);
    }
    assertThat(servers.calls().underWay()).isZero();
  }

  @Test
  void there_is_one_for_each_situation() throws Exception {
    assertThat(transcripts()).hasSizeGreaterThanOrEqualTo(6);
  }
}

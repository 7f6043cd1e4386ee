package dev.latchstring.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once, each on a thread, turn by turn in whatever order the machine has it. */
class ManyCallsTest {
  private static final int CALLERS = 200;

  @TempDir private static Path folder;

  @Test
  @Timeout(300)
  void each_caller_hears_their_own_record_and_nobody_elses() throws Exception {
    try (RealServers servers = new RealServers(folder, CALLERS, CALLERS);
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        calls.add(threads.submit(() -> record(servers, caller)));
      }

      for (Future<String> call : calls) {
        call.get();
      }
      assertThat(servers.kept)
          .filteredOn(line -> line.contains("failed") || line.contains("fault"))
          .isEmpty();
      for (int i = 0; i < CALLERS; i++) {
        assertThat(calls.get(i).get())
            .as("caller %d", i)
            .contains("Allergies: allergen " + (2000 + i) + ".")
            .contains("Medication: medicine " + (2000 + i) + ".")
            .contains("Note of patient " + (2000 + i) + ".");
      }
      assertThat(servers.calls().underWay()).isZero();
      assertThat(String.join("\n", servers.kept))
          .doesNotContain("allergen", "medicine", "Caller Mac");
    }
  }

  /** One call, from the greeting to the record. Some hang up without a word, some say goodbye. */
  private static String record(RealServers servers, int i) throws Exception {
    String id = "call-" + i;
    Answered answered = servers.calls().begin(id, Language.EN);
    answered = say(servers, id, answered, "my medical record please");
    answered = say(servers, id, answered, RealServers.name(i));
    String[] date = RealServers.birthdate(i).split("-");
    answered = key(servers, id, answered, date[1] + date[2] + date[0]);
    answered = key(servers, id, answered, Integer.toString(2000 + i));
    Answered sent = answered;
    String code =
        servers
            .pocket
            .takeCode(RealServers.number(i), Duration.ofSeconds(30))
            .orElseThrow(unexpected(i, sent));
    answered = key(servers, id, answered, code);
    String heard = Scene.words(answered.turn());
    if (i % 2 == 0) {
      say(servers, id, answered, "goodbye");
    }
    servers.calls().end(id);
    return heard;
  }

  private static Supplier<AssertionError> unexpected(int caller, Answered answered) {
    return () -> new AssertionError("caller " + caller + " heard: " + answered.turn().said());
  }

  private static Answered say(RealServers servers, String id, Answered before, String words) {
    return servers.calls().heard(id, before.number(), Heard.Spoken.clearly(words)).orElseThrow();
  }

  private static Answered key(RealServers servers, String id, Answered before, String keys) {
    return servers.calls().heard(id, before.number(), new Heard.Keyed(keys)).orElseThrow();
  }
}

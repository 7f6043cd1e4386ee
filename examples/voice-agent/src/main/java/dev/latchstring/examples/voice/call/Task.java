package dev.latchstring.examples.voice.call;

import dev.latchstring.examples.voice.clinic.Readout;
import dev.latchstring.examples.voice.intent.Wish;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Said;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the agent can do for a caller: a tool of the MCP server, and how its answer is read. */
enum Task {
  APPOINTMENTS("my_appointments"),
  REFILL("request_refill"),
  RECORD("read_medical_record");

  private final String tool;

  Task(String tool) {
    this.tool = tool;
  }

  static Optional<Task> of(Wish wish) {
    return switch (wish) {
      case APPOINTMENTS -> Optional.of(APPOINTMENTS);
      case REFILL -> Optional.of(REFILL);
      case RECORD -> Optional.of(RECORD);
      case PERSON, REPEAT, GOODBYE, UNKNOWN -> Optional.empty();
    };
  }

  String tool() {
    return tool;
  }

  List<Said> read(Map<?, ?> content, Language language) {
    return switch (this) {
      case APPOINTMENTS -> Readout.appointments(content, language);
      case REFILL -> Readout.refill(content, language);
      case RECORD -> Readout.record(content, language);
    };
  }
}

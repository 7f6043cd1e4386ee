package dev.latchstring.examples.voice.clinic;

import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Phrases;
import dev.latchstring.examples.voice.spoken.Said;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a tool answered, in words that can be listened to: brief, and for the caller's ear alone.
 * What the tool did not answer as its schema says is left out.
 */
public final class Readout {
  /** The most appointments that are read; of the others the number is said. */
  static final int MAX_APPOINTMENTS = 3;

  private static final int MAX_TEXT = 300;

  private Readout() {}

  /** {@code my_appointments}. */
  public static List<Said> appointments(Map<?, ?> content, Language language) {
    List<?> all = list(content, "appointments");
    if (all.isEmpty()) {
      return List.of(Phrases.whisper(language, "no_appointments"));
    }
    List<Said> said = new ArrayList<>();
    for (Object each : all.subList(0, Math.min(MAX_APPOINTMENTS, all.size()))) {
      if (each instanceof Map<?, ?> appointment) {
        said.add(
            Phrases.whisper(
                language,
                "appointment",
                text(appointment, "practitioner"),
                time(text(appointment, "start"), language)));
      }
    }
    if (all.size() > MAX_APPOINTMENTS) {
      int more = all.size() - MAX_APPOINTMENTS;
      said.add(Phrases.whisper(language, "appointments_more", Integer.toString(more)));
    }
    return said;
  }

  /** {@code request_refill}. */
  public static List<Said> refill(Map<?, ?> content, Language language) {
    if (!(content.get("ordered") instanceof Number ordered) || ordered.intValue() == 0) {
      return List.of(Phrases.whisper(language, "refill_none"));
    }
    return List.of(
        Phrases.whisper(language, "refill_done", date(text(content, "ready_on"), language)));
  }

  /** {@code read_medical_record}. */
  public static List<Said> record(Map<?, ?> content, Language language) {
    List<Said> said = new ArrayList<>();
    said.add(listed(content, "allergies", language, "record_allergies", "record_no_allergies"));
    said.add(listed(content, "medication", language, "record_medication", "record_no_medication"));
    said.add(Phrases.whisper(language, "record_note", text(content, "last_note")));
    return said;
  }

  private static Said listed(
      Map<?, ?> content, String member, Language language, String some, String none) {
    List<String> texts = list(content, member).stream().map(each -> cut(each.toString())).toList();
    return texts.isEmpty()
        ? Phrases.whisper(language, none)
        : Phrases.whisper(language, some, cut(String.join(", ", texts)));
  }

  private static List<?> list(Map<?, ?> content, String member) {
    return content.get(member) instanceof List<?> list ? list : List.of();
  }

  private static String text(Map<?, ?> content, String member) {
    return content.get(member) instanceof String text ? cut(text) : "";
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }

  private static String time(String iso, Language language) {
    try {
      return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.FULL, FormatStyle.SHORT)
          .withLocale(language.locale())
          .format(LocalDateTime.parse(iso));
    } catch (DateTimeException e) {
      return iso;
    }
  }

  private static String date(String iso, Language language) {
    try {
      return DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL)
          .withLocale(language.locale())
          .format(LocalDate.parse(iso));
    } catch (DateTimeException e) {
      return iso;
    }
  }
}

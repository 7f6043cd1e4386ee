package dev.latchstring.authorizationserver.config;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** INTERIM: replaced by speech.AnswerForm.onFile. */
final class WrittenForm {
  private WrittenForm() {}

  static boolean isForm(String form) {
    return form.matches("name|date|code|postcode|text|digits:\\d{1,2}(-\\d{1,2})?");
  }

  static Optional<String> read(String form, String value) {
    String text =
        Normalizer.normalize(value.strip(), Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (form.equals("name")) {
      return Optional.of(
          Arrays.stream(text.split("[^\\p{L}]+")).sorted().collect(Collectors.joining(" ")));
    }
    if (form.equals("date")) {
      try {
        return Optional.of(
            LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text).toString());
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    if (form.startsWith("digits:")) {
      String[] bounds = form.substring(7).split("-", 2);
      String digits = text.replaceAll("[ -]", "");
      int least = Integer.parseInt(bounds[0]);
      int most = Integer.parseInt(bounds[bounds.length - 1]);
      return digits.matches("\\d{" + least + "," + most + "}")
          ? Optional.of(digits)
          : Optional.empty();
    }
    return Optional.of(text.replaceAll("[^\\p{L}\\p{N}]+", form.equals("code") ? "" : " "));
  }
}

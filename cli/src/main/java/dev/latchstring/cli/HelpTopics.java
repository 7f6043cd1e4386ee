package dev.latchstring.cli;

import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.Preset;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code latch help presets} and {@code latch help pins}: what is data rather than a command. */
public final class HelpTopics {
  /** The topics there are. */
  public static final List<String> NAMES = List.of("pins", "presets");

  private final Output out;

  HelpTopics(Output out) {
    this.out = out;
  }

  void show(String topic) {
    if (topic.equals("presets")) {
      Stream.of(Preset.values()).forEach(this::show);
    } else {
      pins();
    }
  }

  private void show(Preset preset) {
    out.result(Style.BOLD, preset.key() + "  (" + preset.title() + ")");
    for (String quirk : preset.quirks()) {
      wrap("  - ", "    ", quirk);
    }
    for (Pin pin : preset.settings().all()) {
      out.result("  pins  " + pin.name() + "=" + pin.value());
    }
    if (!preset.needs().isEmpty()) {
      out.result(
          "  pin   " + String.join(", ", preset.needs().stream().map(Setting::key).toList()));
    }
    out.result("");
    out.json(
        new Offered(
            preset.key(),
            preset.title(),
            preset.quirks(),
            preset.settings().values(),
            preset.needs().stream().map(Setting::key).toList()));
  }

  private void pins() {
    out.result(Style.BOLD, "--pin NAME=VALUE, or a line in servers.yaml");
    for (Setting setting : Setting.values()) {
      out.result("  " + setting.key());
      wrap("      ", "      ", setting.description());
      out.json(new Pinnable(setting.key(), setting.description()));
    }
    for (RequestKind kind : RequestKind.values()) {
      out.result("  " + kind.key() + ".NAME");
      wrap("      ", "      ", kind.description());
      out.json(new Pinnable(kind.key() + ".NAME", kind.description()));
    }
  }

  /** At 80 columns. */
  private void wrap(String first, String next, String text) {
    StringBuilder line = new StringBuilder(first);
    int words = 0;
    for (String word : text.split(" ", -1)) {
      if (words > 0 && line.length() + word.length() >= 79) {
        out.result(line.toString().stripTrailing());
        line = new StringBuilder(next);
      }
      line.append(word).append(' ');
      words++;
    }
    out.result(line.toString().stripTrailing());
  }

  private record Offered(
      String preset,
      String title,
      List<String> quirks,
      Map<String, String> pins,
      List<String> needs) {}

  private record Pinnable(String pin, String description) {}
}

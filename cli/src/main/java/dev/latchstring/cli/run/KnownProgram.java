package dev.latchstring.cli.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program whose variable and whose service are known: data, in {@code programs.txt}, above which
 * stands whatever the command line says.
 *
 * @param programs names, packages and images that a command may have
 * @param pins settings of the login, {@code NAME=VALUE}
 * @param needs what has to be set beside it; empty for nothing
 */
record KnownProgram(
    String name,
    List<String> programs,
    List<TokenVariable> variables,
    String server,
    List<String> pins,
    List<String> needs,
    List<String> notes) {

  private static final String FILE = "programs.txt";

  KnownProgram {
    programs = List.copyOf(programs);
    variables = List.copyOf(variables);
    pins = List.copyOf(pins);
    needs = List.copyOf(needs);
    notes = List.copyOf(notes);
  }

  /** Every one there is, in the order of the file. */
  static List<KnownProgram> all() {
    try (InputStream in = KnownProgram.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of that name; null where there is none. */
  static @Nullable KnownProgram named(String name) {
    for (KnownProgram known : all()) {
      if (known.name.equals(name)) {
        return known;
      }
    }
    return null;
  }

  /** The one that a command runs; null where none is known. */
  static @Nullable KnownProgram of(List<String> command) {
    List<KnownProgram> all = all();
    for (String argument : command) {
      for (KnownProgram known : all) {
        if (known.programs.contains(bare(argument))) {
          return known;
        }
      }
    }
    return null;
  }

  /** Without the folder of a path, and without the version of a package or the tag of an image. */
  private static String bare(String argument) {
    boolean isPackage = argument.startsWith("@");
    boolean isPath =
        argument.startsWith("/") || argument.startsWith(".") || argument.contains("\\");
    String text =
        isPath
            ? argument.substring(
                Math.max(argument.lastIndexOf('/'), argument.lastIndexOf('\\')) + 1)
            : argument;
    int version = text.indexOf('@', isPackage ? 1 : 0);
    text = version > 0 ? text.substring(0, version) : text;
    int tag = text.lastIndexOf(':');
    text = tag > text.lastIndexOf('/') && tag > 0 ? text.substring(0, tag) : text;
    return text.endsWith(".exe") ? text.substring(0, text.length() - 4) : text;
  }

  /** Line by line, without a library: this is read before the first answer is written. */
  static List<KnownProgram> read(String text) {
    List<KnownProgram> all = new ArrayList<>();
    Lines lines = null;
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      if (stripped.startsWith("[")) {
        if (lines != null) {
          all.add(lines.program());
        }
        lines = new Lines(stripped.substring(1, stripped.length() - 1));
      } else if (lines != null) {
        lines.add(stripped);
      }
    }
    if (lines != null) {
      all.add(lines.program());
    }
    return all;
  }

  private static final class Lines {
    private final String name;
    private final List<String> programs = new ArrayList<>();
    private final List<TokenVariable> variables = new ArrayList<>();
    private final List<String> pins = new ArrayList<>();
    private final List<String> needs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String server = "";

    Lines(String name) {
      this.name = name;
    }

    void add(String line) {
      int space = line.indexOf(' ');
      String rest = line.substring(space + 1).strip();
      switch (line.substring(0, Math.max(space, 0))) {
        case "program" -> programs.add(rest);
        case "env" -> variables.add(TokenVariable.parse(rest));
        case "server" -> server = rest;
        case "pin" -> pins.add(rest);
        case "needs" -> needs.add(rest);
        case "note" -> notes.add(rest);
        default -> throw new IllegalStateException("[" + name + "] has a line that says nothing");
      }
    }

    KnownProgram program() {
      return new KnownProgram(name, programs, variables, server, pins, needs, notes);
    }
  }
}

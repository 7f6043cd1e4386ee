package dev.latchstring.testing;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that is not part of a JDK and that some tests drive.
 *
 * <p>Each is looked for once per JVM: where its environment variable says, if it has one, then on
 * the PATH, then in the places where it is usually installed.
 */
public enum Peer {
  /** Node 20 or newer together with npm; {@code LATCHSTRING_NODE} names another {@code node}. */
  NODE(
      "Node 20 or newer with npm",
      NeedsNode.class,
      "LATCHSTRING_NODE",
      List.of("node"),
      List.of(),
      "install it from https://nodejs.org or your package manager, or set LATCHSTRING_NODE"),

  /** Chromium or Chrome; {@code LATCHSTRING_CHROMIUM} names another executable. */
  CHROMIUM(
      "Chromium",
      NeedsChromium.class,
      "LATCHSTRING_CHROMIUM",
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"),
      List.of(
          "/usr/lib/chromium/chromium",
          "/snap/bin/chromium",
          "/Applications/Chromium.app/Contents/MacOS/Chromium",
          "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
      "install Chromium from your package manager, or set LATCHSTRING_CHROMIUM"),

  /**
   * Keycloak, unpacked: its {@code kc.sh}. It is large, so a build fetches it only where it is
   * asked to.
   */
  KEYCLOAK(
      "Keycloak",
      NeedsKeycloak.class,
      null,
      List.of(),
      List.of(SourceTree.root().resolve("e2e/target/keycloak/bin/kc.sh").toString()),
      "run e2e/peers/keycloak.sh once, which fetches 170 MB");

  private static final int OLDEST_NODE = 20;
  private static final Map<Peer, Optional<Path>> FOUND = new ConcurrentHashMap<>();

  private final String title;
  private final Class<? extends Annotation> marker;
  private final @Nullable String variable;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> usualPlaces;

  private final String hint;

  Peer(
      String title,
      Class<? extends Annotation> marker,
      @Nullable String variable,
      List<String> names,
      List<String> usualPlaces,
      String hint) {
    this.title = title;
    this.marker = marker;
    this.variable = variable;
    this.names = names;
    this.usualPlaces = usualPlaces;
    this.hint = hint;
  }

  /** The executable, or nothing where the machine has none that will do. */
  public Optional<Path> executable() {
    return FOUND.computeIfAbsent(this, Peer::find);
  }

  /**
   * The executable of a test that is marked as needing it.
   *
   * @throws IllegalStateException where there is none; says what to install
   */
  public Path require() {
    return executable().orElseThrow(() -> new IllegalStateException(absence()));
  }

  /** What a person calls it: "Chromium". */
  public String title() {
    return title;
  }

  /** Why tests are not run without it, and what to do. */
  String absence() {
    return "no " + title + " on this machine (" + hint + ")";
  }

  Class<? extends Annotation> marker() {
    return marker;
  }

  private Optional<Path> find() {
    String chosen = variable == null ? null : System.getenv(variable);
    if (chosen != null && !chosen.isBlank()) {
      return Optional.of(Path.of(chosen)).filter(Files::isExecutable);
    }
    List<Path> candidates = new ArrayList<>();
    names.forEach(name -> onPath(name).ifPresent(candidates::add));
    usualPlaces.stream().map(Path::of).filter(Files::isExecutable).forEach(candidates::add);
    return candidates.stream().filter(this::willDo).findFirst();
  }

  private boolean willDo(Path executable) {
    return this != NODE || (nodeMajor(executable) >= OLDEST_NODE && onPath("npm").isPresent());
  }

  /** A program of this name on the PATH. */
  static Optional<Path> onPath(String name) {
    String path = System.getenv("PATH");
    if (path == null) {
      return Optional.empty();
    }
    return List.of(path.split(File.pathSeparator)).stream()
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** The first number of {@code node --version} ("v20.19.2"), or 0 where it does not answer. */
  private static int nodeMajor(Path node) {
    try {
      Process process =
          new ProcessBuilder(node.toString(), "--version").redirectErrorStream(true).start();
      String answer;
      try (var reader = process.inputReader()) {
        answer = reader.readLine();
      }
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return 0;
      }
      if (answer == null || !answer.matches("v\\d{1,4}\\..*")) {
        return 0;
      }
      return Integer.parseInt(answer.substring(1, answer.indexOf('.')));
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}

package dev.latchstring.client.browser;

import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.flow.Surroundings.Browser;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what this machine can do for a login, from its environment variables and a few files.
 *
 * <p>When in doubt the browser is elsewhere: an address that is shown and an answer that is pasted
 * work wherever a browser is, and a window that opens where nobody looks does not.
 */
public final class MachineSurroundings {
  private static final List<String> CI =
      List.of("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "JENKINS_URL", "TF_BUILD");
  private static final List<String> SSH = List.of("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY");
  private static final List<String> REMOTE =
      List.of("CODESPACES", "REMOTE_CONTAINERS", "VSCODE_IPC_HOOK_CLI", "GITPOD_WORKSPACE_ID");
  private static final List<String> CONTAINER = List.of("container", "KUBERNETES_SERVICE_HOST");
  private static final List<String> CONTAINER_FILES = List.of("/.dockerenv", "/run/.containerenv");
  private static final List<String> DISPLAYS = List.of("WAYLAND_DISPLAY", "DISPLAY");
  private static final List<String> OPENERS =
      List.of("xdg-open", "gio", "sensible-browser", "x-www-browser", "firefox", "chromium");

  private final Map<String, String> variables;
  private final String os;
  private final Predicate<Path> exists;
  private final List<String> findings = new ArrayList<>();

  private MachineSurroundings(Map<String, String> variables, String os, Predicate<Path> exists) {
    this.variables = variables;
    this.os = os.toLowerCase(Locale.ROOT);
    this.exists = exists;
  }

  /**
   * @param os the system property {@code os.name}
   * @param terminal whether a person reads and types here
   */
  public static Surroundings detect(Map<String, String> variables, String os, boolean terminal) {
    return detect(variables, os, terminal, Files::exists);
  }

  /** With another look at the files of the machine. */
  static Surroundings detect(
      Map<String, String> variables, String os, boolean terminal, Predicate<Path> exists) {
    return new MachineSurroundings(variables, os, exists).look(terminal);
  }

  private Surroundings look(boolean terminal) {
    String ci = first(CI);
    boolean attended = terminal || ci == null;
    if (!terminal) {
      findings.add("no terminal");
    }
    if (ci != null && !terminal) {
      findings.add(ci + " is set, so nobody watches");
      return new Surroundings(false, Browser.NONE, List.of(), false, findings);
    }
    boolean away = isAway();
    List<String> launcher = away ? named() : launcher();
    Browser browser =
        !away && !launcher.isEmpty()
            ? Browser.HERE
            : terminal || !launcher.isEmpty() ? Browser.ELSEWHERE : Browser.NONE;
    return new Surroundings(terminal, browser, launcher, attended, findings);
  }

  /** Whether the person sits at another machine than this. */
  private boolean isAway() {
    String sign = first(SSH);
    if (sign == null) {
      sign = first(REMOTE);
    }
    if (sign == null) {
      sign = first(CONTAINER);
    }
    if (sign != null) {
      findings.add(sign + " is set");
      return true;
    }
    for (String file : CONTAINER_FILES) {
      if (!isWindows() && exists.test(Path.of(file))) {
        findings.add(file + " is there");
        return true;
      }
    }
    return false;
  }

  /** The command that opens an address; empty where there is none. */
  private List<String> launcher() {
    List<String> named = named();
    if (!named.isEmpty()) {
      return named;
    }
    if (isWindows()) {
      findings.add("Windows opens addresses itself");
      return List.of("rundll32", "url.dll,FileProtocolHandler");
    }
    if (os.startsWith("mac") || os.startsWith("darwin")) {
      findings.add("macOS opens addresses itself");
      return List.of("open");
    }
    if (isWsl()) {
      return windowsFromLinux();
    }
    String display = first(DISPLAYS);
    if (display == null) {
      findings.add("no DISPLAY or WAYLAND_DISPLAY");
      return List.of();
    }
    for (String opener : OPENERS) {
      if (find(opener).isPresent()) {
        findings.add(display + " is set, and " + opener + " is there");
        return opener.equals("gio") ? List.of("gio", "open") : List.of(opener);
      }
    }
    findings.add("no program that opens addresses, such as xdg-open");
    return List.of();
  }

  private List<String> windowsFromLinux() {
    for (String opener : List.of("wslview", "rundll32.exe")) {
      if (find(opener).isPresent()) {
        findings.add("Windows Subsystem for Linux, and " + opener + " is there");
        return opener.equals("wslview")
            ? List.of(opener)
            : List.of(opener, "url.dll,FileProtocolHandler");
      }
    }
    findings.add("Windows Subsystem for Linux, without wslview");
    return List.of();
  }

  /**
   * The first command of {@code BROWSER} that is there. One that wants the address anywhere but
   * last is left out, and one that would need a shell cannot be meant.
   */
  private List<String> named() {
    String browser = variables.getOrDefault("BROWSER", "");
    String separator = isWindows() ? ";" : ":";
    for (String each : browser.split(separator, -1)) {
      List<String> words = new ArrayList<>(Stream.of(each.strip().split("\\s+")).toList());
      if (words.getLast().equals("%s")) {
        words.removeLast();
      }
      boolean usable =
          !words.isEmpty()
              && !words.getFirst().isEmpty()
              && words.stream().noneMatch(word -> word.contains("%s"))
              && find(words.getFirst()).isPresent();
      if (usable) {
        findings.add("BROWSER names " + words.getFirst());
        return List.copyOf(words);
      }
    }
    return List.of();
  }

  private boolean isWsl() {
    return variables.containsKey("WSL_DISTRO_NAME") || variables.containsKey("WSL_INTEROP");
  }

  private boolean isWindows() {
    return os.startsWith("windows");
  }

  /** A program, by its path or on the search path. */
  private Optional<Path> find(String program) {
    try {
      if (program.contains("/") || program.contains("\\")) {
        return Optional.of(Path.of(program)).filter(exists);
      }
      String separator = isWindows() ? ";" : ":";
      for (String folder : variables.getOrDefault("PATH", "").split(separator, -1)) {
        if (!folder.isEmpty() && exists.test(Path.of(folder, program))) {
          return Optional.of(Path.of(folder, program));
        }
        if (isWindows() && !folder.isEmpty() && exists.test(Path.of(folder, program + ".exe"))) {
          return Optional.of(Path.of(folder, program + ".exe"));
        }
      }
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** The first of them that is set to something. */
  private @Nullable String first(List<String> names) {
    return names.stream()
        .filter(name -> {
          String value = variables.getOrDefault(name, "");
          return !value.isEmpty() && !value.equals("false") && !value.equals("0");
        })
        .findFirst()
        .orElse(null);
  }
}

package dev.latchstring.cli.run;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a program sees of the environment: what a program needs, without other people's secrets, and
 * with its token.
 *
 * <p>Variables of latch's own ({@value #OURS}…: the store's passphrase, client secrets) never pass.
 * By default those whose names say that they hold a secret do not, either; which ones those are is
 * {@link #isSecret}.
 */
final class ChildEnvironment {
  /** What the names of latch's own variables begin with. */
  static final String OURS = "LATCH_";

  /** How much of the environment passes. */
  enum Policy {
    /** All but secrets. */
    CLEANED,
    /** Only what every program needs, {@link #NEEDED}. */
    MINIMAL,
    /** All but latch's own. */
    KEPT
  }

  /** What a program needs to find files, speak a language and reach a display, on any system. */
  static final Set<String> NEEDED =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "TERM",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "PWD",
          "APPDATA",
          "HOMEDRIVE",
          "HOMEPATH",
          "LOCALAPPDATA",
          "PROCESSOR_ARCHITECTURE",
          "SYSTEMDRIVE",
          "SYSTEMROOT",
          "TEMP",
          "TMP",
          "USERNAME",
          "USERPROFILE",
          "PROGRAMFILES",
          "COMSPEC",
          "PATHEXT",
          "WINDIR",
          "JAVA_HOME");

  private static final Set<String> SECRET_WORDS =
      Set.of(
          "TOKEN",
          "TOKENS",
          "SECRET",
          "SECRETS",
          "PASSWORD",
          "PASSWORDS",
          "PASSWD",
          "PASSPHRASE",
          "PWD",
          "PASS",
          "PAT",
          "APIKEY",
          "APIKEYS",
          "CREDENTIAL",
          "CREDENTIALS",
          "JWT",
          "BEARER",
          "COOKIE",
          "COOKIES",
          "AUTHORIZATION",
          "PSK",
          "OTP");

  /** Words that make a KEY a secret one. */
  private static final Set<String> SECRET_KEYS =
      Set.of(
          "API",
          "ACCESS",
          "PRIVATE",
          "SECRET",
          "SIGNING",
          "ENCRYPTION",
          "STORE",
          "MASTER",
          "ACCOUNT",
          "AUTH",
          "SERVICE",
          "SSH",
          "GPG");

  private final Map<String, String> base;
  private final Set<String> removed;
  private final List<TokenVariable> variables;

  /**
   * @param present the environment of this process
   * @param passed names that pass though the policy would not let them
   * @param variables where the token goes, at least one
   */
  ChildEnvironment(
      Map<String, String> present,
      Policy policy,
      Set<String> passed,
      List<TokenVariable> variables) {
    this.base = new TreeMap<>();
    this.removed = new TreeSet<>();
    this.variables = List.copyOf(variables);
    present.forEach((name, value) -> {
      if (!isOurs(name) && (passed.contains(name) || passes(name, policy))) {
        base.put(name, value);
      } else {
        removed.add(name);
      }
    });
  }

  /** The whole environment of a process that gets this token. */
  Map<String, String> with(String token) {
    Map<String, String> whole = new TreeMap<>(base);
    variables.forEach(variable -> variable.put(whole, token));
    return whole;
  }

  /** The names of what does not pass. */
  Set<String> removed() {
    return Set.copyOf(removed);
  }

  private static boolean passes(String name, Policy policy) {
    return switch (policy) {
      case KEPT -> true;
      case CLEANED -> !isSecret(name);
      case MINIMAL -> {
        String upper = name.toUpperCase(Locale.ROOT);
        yield NEEDED.contains(upper) || upper.startsWith("LC_") || upper.startsWith("XDG_");
      }
    };
  }

  private static boolean isOurs(String name) {
    return name.toUpperCase(Locale.ROOT).startsWith(OURS);
  }

  /** Whether a name says that its variable holds a secret. */
  static boolean isSecret(String name) {
    if (name.equals("PWD") || name.equals("OLDPWD")) {
      return false; // The working directory.
    }
    List<String> words = List.of(name.toUpperCase(Locale.ROOT).split("_"));
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean key = word.equals("KEY") || word.equals("KEYS");
      if (SECRET_WORDS.contains(word)
          || (key && i > 0 && SECRET_KEYS.contains(words.get(i - 1)))
          || word.endsWith("TOKEN")
          || word.endsWith("SECRET")
          || word.endsWith("PASSWORD")) {
        return true;
      }
    }
    return false;
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "ChildEnvironment" + base.keySet();
  }
}

package dev.latchstring.client.settings;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.settings.Setting.Kind;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One setting that the person pinned.
 *
 * @param name of a {@link Setting}, or that of a {@link RequestKind}, a dot, and a parameter
 * @param value never a secret; at most {@value #MAX_VALUE} characters
 * @param origin where it comes from, for the person: {@code --pin}, a file and line, a preset
 */
public record Pin(String name, String value, String origin) {
  /** The most characters of a value. */
  public static final int MAX_VALUE = 2048;

  /** Parameters that the protocol sets, or that have a setting of their own. */
  private static final Set<String> OWNED =
      Set.of(
          "actor_token",
          "assertion",
          "auth_session",
          "client_assertion",
          "client_assertion_type",
          "client_id",
          "client_secret",
          "code",
          "code_challenge",
          "code_challenge_method",
          "code_verifier",
          "device_code",
          "dpop_jkt",
          "grant_type",
          "password",
          "redirect_uri",
          "refresh_token",
          "request",
          "request_uri",
          "response_mode",
          "response_type",
          "state",
          "subject_token",
          "username");

  private static final Set<String> AUTH_METHODS =
      Set.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  /**
   * A pin whose value was checked.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where there is no such setting, or the
   *     value cannot be one
   */
  public static Pin of(String name, String value, String origin) {
    if (value.isEmpty() || value.length() > MAX_VALUE || hasControls(value)) {
      throw bad(origin, name, "needs a value of 1 to " + MAX_VALUE + " visible characters");
    }
    int dot = name.indexOf('.');
    if (dot > 0) {
      requireParameter(name, dot, origin);
      return new Pin(name, value, origin);
    }
    if (name.equals("client_secret")) {
      throw new ClientException(
          Problem.BAD_SETTINGS,
          origin + ": client_secret is refused: a secret is not written down here",
          "put it into a file that only you can read and name that (client_secret_file), or name"
              + " the environment variable that holds it (client_secret_env)");
    }
    Setting setting =
        Setting.of(name)
            .orElseThrow(() ->
                new ClientException(
                    Problem.BAD_SETTINGS,
                    origin + ": there is no setting " + ServerText.quote(name),
                    "there are: " + known()));
    requireValue(setting, value, origin);
    return new Pin(
        name, setting.kind() == Kind.PATH ? absolute(value, setting, origin) : value, origin);
  }

  /**
   * From the command line.
   *
   * @param text {@code NAME=VALUE}
   */
  public static Pin parse(String text, String origin) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new ClientException(
          Problem.BAD_SETTINGS,
          origin + " " + ServerText.quote(text) + " is not NAME=VALUE",
          "write it such as --pin issuer=https://auth.example.com");
    }
    return of(text.substring(0, equals), text.substring(equals + 1), origin);
  }

  /** {@code NAME=VALUE (ORIGIN)}, for people. */
  public String describe() {
    return name + "=" + ServerText.clean(value, 300) + " (" + origin + ")";
  }

  /** Every name there is, for help and for messages. */
  static String known() {
    return Stream.concat(
            Stream.of(Setting.values()).map(Setting::key),
            Stream.of(RequestKind.values()).map(kind -> kind.key() + ".NAME"))
        .collect(Collectors.joining(", "));
  }

  private static void requireParameter(String name, int dot, String origin) {
    String group = name.substring(0, dot);
    String parameter = name.substring(dot + 1);
    if (Stream.of(RequestKind.values()).noneMatch(kind -> kind.key().equals(group))) {
      throw new ClientException(
          Problem.BAD_SETTINGS,
          origin + ": there is no group of settings " + ServerText.quote(group),
          "there are: " + known());
    }
    if (parameter.isEmpty()
        || parameter.length() > 100
        || !parameter.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '=' && c != '&')) {
      throw bad(origin, group, "needs a parameter's name behind the dot");
    }
    if (OWNED.contains(parameter)) {
      throw bad(origin, name, "is refused: the protocol sets this parameter itself");
    }
    if (parameter.equals("scope") || parameter.equals("resource") || parameter.equals("audience")) {
      throw bad(origin, name, "is refused: pin " + parameter + " instead");
    }
  }

  private static void requireValue(Setting setting, String value, String origin) {
    switch (setting.kind()) {
      case URL, ENDPOINT -> requireUrl(setting, value, origin);
      case URL_OR_NONE -> {
        if (!value.equals(Setting.NONE)) {
          requireUrl(setting, value, origin);
        }
      }
      case RESOURCE -> {
        if (!value.equals(Setting.NONE)) {
          requireAbsoluteUri(setting, value, origin);
        }
      }
      case DOCUMENT -> {
        requireUrl(setting, value, origin);
        String path = URI.create(value).getRawPath();
        if (path == null || path.isEmpty() || path.equals("/")) {
          throw bad(origin, setting.key(), "needs an https URL with a path");
        }
      }
      case TEXT -> {
        if (setting == Setting.SCOPE) {
          requireScope(value, origin);
        }
      }
      case WORD -> {
        if (!value.matches("[a-z][a-z_-]{0,31}")) {
          throw bad(origin, setting.key(), "needs one word");
        }
      }
      case PRESET -> {
        if (Preset.of(value).isEmpty()) {
          throw new ClientException(
              Problem.BAD_SETTINGS,
              origin + ": there is no preset " + ServerText.quote(value),
              "there are: " + Preset.names());
        }
      }
      case VARIABLE -> {
        if (!value.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
          throw bad(origin, setting.key(), "needs the name of an environment variable");
        }
      }
      case AUTH_METHOD -> {
        if (!AUTH_METHODS.contains(value)) {
          throw bad(origin, setting.key(), "is one of: " + setting.description());
        }
      }
      case S256 -> {
        if (!value.equals("S256")) {
          throw bad(origin, setting.key(), "can be S256 only");
        }
      }
      case PATH -> {
        // Whether it is there is found out when it is read.
      }
    }
  }

  /** So that it is the same file from wherever it is read later. */
  private static String absolute(String value, Setting setting, String origin) {
    try {
      Path path =
          value.startsWith("~/")
              ? Path.of(System.getProperty("user.home", ".")).resolve(value.substring(2))
              : Path.of(value);
      return path.toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      throw bad(origin, setting.key(), "needs the path of a file");
    }
  }

  private static void requireUrl(Setting setting, String value, String origin) {
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException e) {
      throw bad(origin, setting.key(), "needs a URL");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw bad(origin, setting.key(), "needs a URL with a host, without user name and fragment");
    }
    if (!HttpsUri.isHttpsOrLoopback(uri)) {
      throw bad(origin, setting.key(), "needs https (http on this machine only)");
    }
  }

  /** RFC 8707 §2: some servers name an API by other schemes than https. */
  private static void requireAbsoluteUri(Setting setting, String value, String origin) {
    try {
      URI uri = new URI(value);
      if (uri.isAbsolute() && uri.getRawFragment() == null) {
        return;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw bad(origin, setting.key(), "needs an absolute URI without fragment, or none");
  }

  private static void requireScope(String value, String origin) {
    try {
      if (Scope.parse(value).isEmpty()) {
        throw bad(origin, Setting.SCOPE.key(), "needs at least one scope");
      }
    } catch (OAuthException e) {
      throw bad(origin, Setting.SCOPE.key(), "cannot be: " + e.description());
    }
  }

  private static boolean hasControls(String value) {
    return value.chars().anyMatch(Character::isISOControl);
  }

  private static ClientException bad(String origin, String name, String why) {
    return new ClientException(
        Problem.BAD_SETTINGS,
        origin + ": " + ServerText.clean(name, 120) + " " + why,
        "latch help presets, and docs/overrides.md, say what can be pinned");
  }
}

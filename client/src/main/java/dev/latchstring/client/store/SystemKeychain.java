package dev.latchstring.client.store;

import dev.latchstring.client.http.ServerText;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The keychain of macOS, the credential store of Windows, and elsewhere the Secret Service of
 * freedesktop.org (GNOME Keyring, KeePassXC) or KWallet, by the library java-keyring.
 *
 * <p>The library is reached by reflection: few processes use it, and a program that embeds this one
 * may leave it out. Any call may wait for as long as a dialogue is open in which a person unlocks
 * the keychain, or for ever: call it through {@link TimedKeychain}.
 */
final class SystemKeychain implements Keychain {
  private static final String SERVICE = "latchstring";
  private static final String LIBRARY = "com.github.javakeyring.";

  private final List<String> kinds;

  SystemKeychain(String operatingSystem) {
    String os = operatingSystem.toLowerCase(Locale.ROOT);
    this.kinds =
        os.startsWith("mac")
            ? List.of("OSX_KEYCHAIN")
            : os.startsWith("windows")
                ? List.of("WINDOWS_CREDENTIAL_STORE")
                : List.of("GNOME_KEYRING", "KWALLET");
  }

  /**
   * Whether somebody is likely to sit at this machine, who can unlock a keychain. Costs nothing,
   * and loads nothing.
   */
  static boolean isLikely(Map<String, String> environment, String operatingSystem) {
    if (environment.containsKey("SSH_CONNECTION")) {
      return false;
    }
    String os = operatingSystem.toLowerCase(Locale.ROOT);
    return os.startsWith("mac")
        || os.startsWith("windows")
        || (environment.containsKey("DBUS_SESSION_BUS_ADDRESS")
            && (environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY")));
  }

  @Override
  public String read(String name) throws KeychainException {
    Object secret = call("getPassword", name);
    if (secret instanceof String text) {
      return text;
    }
    throw new KeychainException("the keychain has nothing under the name " + name);
  }

  @Override
  public void write(String name, String secret) throws KeychainException {
    call("setPassword", name, secret);
  }

  @Override
  public void remove(String name) throws KeychainException {
    call("deletePassword", name);
  }

  private Object call(String method, String... arguments) throws KeychainException {
    KeychainException failure = new KeychainException("there is no keychain on this machine");
    for (String kind : kinds) {
      try (AutoCloseable keyring = open(kind)) {
        Object answer =
            switch (arguments.length) {
              case 1 ->
                  keyring
                      .getClass()
                      .getMethod(method, String.class, String.class)
                      .invoke(keyring, SERVICE, arguments[0]);
              default ->
                  keyring
                      .getClass()
                      .getMethod(method, String.class, String.class, String.class)
                      .invoke(keyring, SERVICE, arguments[0], arguments[1]);
            };
        return answer == null ? "" : answer;
      } catch (Exception | LinkageError e) {
        Throwable cause =
            e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
        if (!isAbsent(cause)) {
          throw new KeychainException("the keychain cannot be used: " + reason(cause), cause);
        }
        failure = new KeychainException("there is no keychain on this machine", cause);
      }
    }
    throw failure;
  }

  private static AutoCloseable open(String kind) throws ReflectiveOperationException {
    Class<?> kinds = Class.forName(LIBRARY + "KeyringStorageType");
    Object wanted = kinds.getMethod("valueOf", String.class).invoke(null, kind);
    return (AutoCloseable)
        Class.forName(LIBRARY + "Keyring").getMethod("create", kinds).invoke(null, wanted);
  }

  private static boolean isAbsent(Throwable cause) {
    return cause instanceof ClassNotFoundException
        || cause.getClass().getSimpleName().equals("BackendNotSupportedException");
  }

  /** A library's words name what was asked for, never what was found. */
  private static String reason(Throwable cause) {
    String message = cause instanceof RuntimeException ? null : cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : ServerText.clean(message, 200);
  }
}

package dev.latchstring.authorizationserver.trace;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What matters to whoever guards the server, one line each: {@code sign_in_failed
 * address=198.51.100.7}. In the JSON log the event and its members are members of their own.
 *
 * <p>Never given: a secret, a token, a code, and what somebody typed who is not known (people type
 * passwords where their name belongs). Members that are absent are left out; a stranger's text is
 * cut to 200 characters of visible ASCII.
 */
public final class SecurityLog {
  private static final Logger LOG = LoggerFactory.getLogger(SecurityLog.class);
  private static final int MAX_VALUE = 200;

  private SecurityLog() {}

  /**
   * Something that happens every day.
   *
   * @param event in snake_case
   * @param members names and values in turn
   */
  public static void note(String event, @Nullable String... members) {
    write(Level.INFO, event, members);
  }

  /** Something that happens to an honest party hardly ever, such as a token that is used twice. */
  public static void warn(String event, @Nullable String... members) {
    write(Level.WARN, event, members);
  }

  private static void write(Level level, String event, @Nullable String... members) {
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    StringBuilder line = new StringBuilder(event);
    LoggingEventBuilder builder = LOG.makeLoggingEventBuilder(level).addKeyValue("event", event);
    for (int i = 0; i + 1 < members.length; i += 2) {
      String name = members[i];
      String value = members[i + 1];
      if (name != null && value != null) {
        String shown = printable(value);
        builder = builder.addKeyValue(name, shown);
        boolean quoted = shown.isEmpty() || shown.indexOf(' ') >= 0;
        line.append(' ').append(name).append('=');
        line.append(quoted ? '"' + shown.replace('"', '\'') + '"' : shown);
      }
    }
    builder.setMessage(line.toString()).log();
  }

  private static String printable(String text) {
    String start = text.length() > MAX_VALUE ? text.substring(0, MAX_VALUE) + "..." : text;
    StringBuilder shown = new StringBuilder(start.length());
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      shown.append(c >= 0x20 && c < 0x7F ? c : '?');
    }
    return shown.toString();
  }
}

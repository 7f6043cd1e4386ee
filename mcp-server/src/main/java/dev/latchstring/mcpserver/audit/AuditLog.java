package dev.latchstring.mcpserver.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log of decisions: the logger {@value #LOGGER}, one line each, such as {@code allowed
 * subject=alice issuer=https://login.example client_id=app method=tools/call name=git_push
 * rule="tool git_push"}. The members are key-value pairs as well, for logs in JSON.
 *
 * <p>What was allowed is {@code INFO}, what was refused {@code WARN}; what could not be decided,
 * and what was lost, {@code ERROR}. A stranger's text is cut to 200 characters of visible ASCII.
 */
public final class AuditLog implements AuditSink {
  /** The logger's name. */
  public static final String LOGGER = "dev.latchstring.audit";

  private static final int MAX_VALUE = 200;

  private final Logger log = LoggerFactory.getLogger(LOGGER);

  @Override
  public void keep(AuditEntry entry) {
    Level level =
        switch (entry.outcome()) {
          case ALLOWED -> Level.INFO;
          case REFUSED -> Level.WARN;
          case UNDECIDED -> Level.ERROR;
        };
    if (!log.isEnabledForLevel(level)) {
      return;
    }
    LoggingEventBuilder event = log.makeLoggingEventBuilder(level);
    for (Map.Entry<String, String> member : members(entry).entrySet()) {
      event = event.addKeyValue(member.getKey(), member.getValue());
    }
    event.setMessage(line(entry)).log();
  }

  /** The line as it is read by people: one, whatever a stranger calls a tool. */
  static String line(AuditEntry entry) {
    StringBuilder line = new StringBuilder(outcome(entry));
    members(entry)
        .forEach((name, value) -> {
          if (!name.equals("outcome")) {
            boolean quoted = value.isEmpty() || value.indexOf(' ') >= 0;
            line.append(' ').append(name).append('=');
            line.append(quoted ? '"' + value + '"' : value);
          }
        });
    return line.toString();
  }

  private static Map<String, String> members(AuditEntry entry) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("outcome", outcome(entry));
    put(members, "subject", entry.subject());
    put(members, "issuer", entry.issuer());
    put(members, "client_id", entry.clientId());
    List<String> actors = entry.actors();
    put(members, "actors", actors.isEmpty() ? null : String.join(" < ", actors));
    put(members, "method", entry.method());
    put(members, "name", entry.name());
    put(members, "error", entry.error());
    put(members, "rule", entry.rule());
    return members;
  }

  private static void put(Map<String, String> members, String name, @Nullable String value) {
    if (value != null) {
      members.put(name, printable(value));
    }
  }

  private static String printable(String value) {
    String start = value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) + "..." : value;
    StringBuilder shown = new StringBuilder(start.length());
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      shown.append(c < 0x20 || c > 0x7E ? '?' : c == '"' ? '\'' : c);
    }
    return shown.toString();
  }

  private static String outcome(AuditEntry entry) {
    return switch (entry.outcome()) {
      case ALLOWED -> "allowed";
      case REFUSED -> "refused";
      case UNDECIDED -> "undecided";
    };
  }

  @Override
  public void lost(long entries) {
    log.error("lost entries={}: decisions are made faster than this log is written", entries);
  }
}

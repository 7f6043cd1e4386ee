package dev.latchstring.mcpserver.audit;

import java.util.List;
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
    Line line = new Line(log.makeLoggingEventBuilder(level), outcome(entry));
    line.add("subject", entry.subject());
    line.add("issuer", entry.issuer());
    line.add("client_id", entry.clientId());
    List<String> actors = entry.actors();
    line.add("actors", actors.isEmpty() ? null : String.join(" < ", actors));
    line.add("method", entry.method());
    line.add("name", entry.name());
    line.add("error", entry.error());
    line.add("rule", entry.rule());
    line.write();
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

  private static final class Line {
    private final StringBuilder text;
    private LoggingEventBuilder event;

    Line(LoggingEventBuilder event, String outcome) {
      this.event = event.addKeyValue("outcome", outcome);
      this.text = new StringBuilder(outcome);
    }

    void add(String name, @Nullable String value) {
      if (value == null) {
        return;
      }
      String shown = printable(value);
      event = event.addKeyValue(name, shown);
      boolean quoted = shown.isEmpty() || shown.indexOf(' ') >= 0;
      text.append(' ').append(name).append('=');
      text.append(quoted ? '"' + shown + '"' : shown);
    }

    void write() {
      event.setMessage(text.toString()).log();
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
  }
}

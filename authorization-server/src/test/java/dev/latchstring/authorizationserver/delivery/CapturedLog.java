package dev.latchstring.authorizationserver.delivery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.latchstring.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that is logged at whatever level, but for what the receiving server says itself. */
final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();

  CapturedLog() {
    root.setLevel(Level.TRACE);
    root.addAppender(this);
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!event.getLoggerName().startsWith("org.subethamail")) {
      lines.add(
          event.getLevel()
              + " "
              + event.getFormattedMessage()
              + " "
              + event.getKeyValuePairs()
              + (event.getThrowableProxy() == null
                  ? ""
                  : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
  }

  /** The line of an event of the security log, once it is there. */
  String await(String event, String reference) throws Exception {
    Await.until(event + " of " + reference, () -> find(event, reference) != null);
    return find(event, reference);
  }

  private String find(String event, String reference) {
    return lines.stream()
        .filter(line -> line.contains(" " + event + " ") && line.contains(reference))
        .findFirst()
        .orElse(null);
  }

  String all() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    root.detachAppender(this);
    root.setLevel(before);
    stop();
  }
}

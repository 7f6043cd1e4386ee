package dev.latchstring.cli.serve;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * The servers' log: on standard error, as text or as one JSON object per line.
 *
 * <p>Logback finds this class by itself, so nothing is ever logged to standard output. Until the
 * options are read, it is text with level info.
 */
public final class ServerLog extends ContextAwareBase implements Configurator {
  /** Chooses for the whole process, which has one log. */
  static void choose(boolean json, String level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      apply(context, json, Level.toLevel(level));
    }
  }

  /** For a program that tells its own story: faults alone, unless detail is wanted. */
  public static void quiet(boolean debug) {
    choose(false, debug ? "info" : "error");
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    apply(context, false, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void apply(LoggerContext context, boolean json, Level level) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(json ? json(context) : text(context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
    if (level.isGreaterOrEqual(Level.INFO)) {
      // What these say below a warning is about themselves.
      for (String chatty : new String[] {"org.eclipse.jetty", "org.flywaydb", "com.zaxxer"}) {
        context.getLogger(chatty).setLevel(level == Level.INFO ? Level.WARN : level);
      }
    }
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0}: %msg%n");
    encoder.start();
    return encoder;
  }
}

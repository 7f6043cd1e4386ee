package dev.latchstring.mcpserver.audit;

/**
 * Where entries go: a log, a file, somebody's collector. Called by one thread at a time, in the
 * order in which decisions were made, and never by the thread that made one.
 *
 * <p>What it throws is logged, and the entry is lost.
 */
@FunctionalInterface
public interface AuditSink {
  /** Keeps an entry. It may take its time: {@link AuditTrail} waits, and its callers do not. */
  void keep(AuditEntry entry);

  /** That so many entries before the next one are lost, for there were more than could be kept. */
  default void lost(long entries) {}
}

package dev.latchstring.mcpserver.login;

import org.jspecify.annotations.Nullable;

/** The logins of a front: one at a time for each account it has. Safe for use by many threads. */
public interface Logins extends AutoCloseable {
  /** Where a login for that need is done. */
  LoginDesk desk(LoginRequired need);

  /** The flow of that identity, also when it is over; null where a newer one took its place. */
  @Nullable LoginFlow find(String id);

  /** A flow that runs; null where none does. */
  @Nullable LoginFlow running();

  /** Leaves what runs, because the process ends. */
  @Override
  void close();
}

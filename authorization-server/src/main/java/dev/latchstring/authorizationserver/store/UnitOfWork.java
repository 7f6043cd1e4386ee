package dev.latchstring.authorizationserver.store;

import org.jdbi.v3.core.Handle;

/**
 * What is done in one transaction.
 *
 * <p>It may run more than once (a serialization failure, or a neighbour in the same transaction
 * that failed), so it must have no effect but on the handle. An exception rolls back all of it and
 * reaches the caller as it is; one that the handle throws must not be caught, for the transaction
 * may be gone with it. It must not block on anything but the handle, and must not start another
 * unit.
 */
@FunctionalInterface
public interface UnitOfWork<T> {
  T run(Handle handle);
}

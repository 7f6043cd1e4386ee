package dev.latchstring.authorizationserver.trace;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint tells while it checks a request. Everything told may be shown to the operator
 * and to a caller with the operator's permission: no secret, and nothing of another party's.
 */
public interface Checks {
  /**
   * The check before this one is passed; this one begins.
   *
   * @param check a constant in snake_case, such as {@code client_authentication}
   */
  void begin(String check);

  /**
   * A fact that the present check turns on, such as the scope that is asked for. The first 200
   * characters count.
   *
   * @param value null where there is none
   */
  void note(String name, @Nullable String value);

  /** Who calls is known, and proved to be. */
  void caller(Caller caller);

  /**
   * @param clientId as it is registered
   * @param trusted whether it proved itself and the operator set it up: it may continue its trace
   * @param mayDebug whether the operator lets it see explanations
   */
  record Caller(String clientId, boolean trusted, boolean mayDebug) {}
}

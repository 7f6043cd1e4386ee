package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A server that takes part. All are given the same client ({@code bench}, with a secret), person
 * and resource, sign with ES256 and issue JWT access tokens that live for ten minutes.
 */
interface Contestant {
  /** The column of the table. */
  String name();

  /** What it is, exactly, and where it keeps things. */
  String description();

  /** What it can be asked for. */
  Set<Row> rows();

  /**
   * How it is started.
   *
   * @param directory an empty directory of its own
   */
  List<String> command(Path directory, int port) throws IOException;

  /** What its process finds in its environment, beside what ours has. */
  default Map<String, String> environment() {
    return Map.of();
  }

  Paths paths();

  /** What has to be there before codes can be had: a person who has signed in, most of all. */
  default void prepare(Server server) throws IOException, InterruptedException {}

  /**
   * Requests that are answered with a code each, in a {@code Location} or as the body.
   *
   * @param client {@code bench}, or who refreshes tokens
   * @param scope separated by spaces
   */
  Traffic codes(Server server, String client, String scope);

  /** Approves device logins, as the person would. */
  void approve(Server server, List<String> userCodes) throws IOException, InterruptedException;

  /** Which client's refresh tokens rotate. */
  default String refreshing() {
    return Rows.CLIENT;
  }

  /**
   * Whether each refresh token comes of a login of its own, by password, because those of one
   * session get in each other's way.
   */
  default boolean logsInByPassword() {
    return false;
  }

  /** Which client's tokens can be introspected, by itself. */
  default String introspecting() {
    return Rows.CLIENT;
  }

  /** What a code is redeemed with, so that the token has this scope. */
  default String redeemedFor(String scope) {
    return "";
  }

  /** What a token exchange asks for. */
  default String exchangeTarget() {
    return "&scope=" + Rows.SCOPE;
  }

  /** An assertion of an issuer that is trusted. */
  default String assertion(Server server) {
    throw new UnsupportedOperationException(name() + " has no such grant");
  }

  /** How many device logins can be approved in a reasonable time. */
  default int mostApproved(int wanted) {
    return wanted;
  }
}

package dev.latchstring.cli;

import dev.latchstring.client.Problem;

/** How a command ends. The numbers are a promise to scripts; docs/cli.md lists them. */
public enum ExitStatus {
  /** Done. */
  DONE(0, "done"),
  /** A fault nobody foresaw: please report it. */
  UNEXPECTED(1, "unexpected"),
  /** The command line is wrong. */
  USAGE(2, "usage"),
  /** There is no login, or it ended: {@code latch login URL}. */
  LOGIN_REQUIRED(3, "login_required"),
  /** The login was carried out and ended in a no: denied, expired, somebody else. */
  NOT_LOGGED_IN(4, "not_logged_in"),
  /** A host is not known, does not answer, or broke off. Trying again may help. */
  NETWORK(5, "network"),
  /** The server cannot be used: not MCP, no login needed, metadata wrong, request refused. */
  SERVER(6, "server"),
  /** A file, directory, variable or program of this machine: missing, unreadable, damaged, full. */
  FILES(7, "files"),
  /** The configuration of {@code latch serve}, or {@code servers.yaml}, cannot be used. */
  CONFIGURATION(8, "configuration"),
  /** The port is taken or may not be used. */
  PORT(9, "port"),
  /** Ctrl-C. */
  INTERRUPTED(130, "interrupted");

  private final int number;
  private final String code;

  ExitStatus(int number, String code) {
    this.number = number;
    this.code = code;
  }

  /** The process's exit status. */
  public int number() {
    return number;
  }

  /** The {@code code} of the JSON form. */
  public String code() {
    return code;
  }

  /** The status that stands for a problem of the client's. */
  public static ExitStatus of(Problem problem) {
    return switch (problem) {
      case BAD_ADDRESS -> USAGE;
      case BAD_SETTINGS -> CONFIGURATION;
      case NETWORK -> NETWORK;
      case NOT_MCP,
          METADATA_MISSING,
          METADATA_INVALID,
          NO_USABLE_LOGIN,
          REGISTRATION_IMPOSSIBLE,
          CLIENT_REFUSED,
          UNMET_AUTHENTICATION,
          BROWSER_NEEDED,
          REFUSED ->
          SERVER;
      case PORT_TAKEN -> PORT;
      case NOT_SHOWN, WRONG_PERSON -> NOT_LOGGED_IN;
      case LOGIN_REQUIRED, REAUTHENTICATION_REQUIRED -> LOGIN_REQUIRED;
      case STORE_UNAVAILABLE, STORE_DAMAGED, FILE_UNUSABLE, CREDENTIAL_UNAVAILABLE -> FILES;
    };
  }
}

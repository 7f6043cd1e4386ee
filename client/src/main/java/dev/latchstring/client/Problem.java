package dev.latchstring.client;

/** What kept a token from being obtained. Commands map it to an exit status, never the message. */
public enum Problem {
  /**
   * The address given is not one a token may be obtained for: no https, no host, a fragment. Or a
   * proxy's is none.
   */
  BAD_ADDRESS,
  /** What the person pinned cannot be used: an unknown name, a value that cannot be, a bad file. */
  BAD_SETTINGS,
  /** The host is not known, does not answer, or broke off. Nothing was decided; try again. */
  NETWORK,
  /** What answers at the address does not speak MCP. */
  NOT_MCP,
  /** The server wants a login and does not say where (RFC 9728, RFC 8414). */
  METADATA_MISSING,
  /** A metadata document is malformed, contradicts itself, or is not about this server. */
  METADATA_INVALID,
  /** The server offers no login that this machine can do. */
  NO_USABLE_LOGIN,
  /** No client identifier: none configured, and the server registers none. */
  REGISTRATION_IMPOSSIBLE,
  /** The authorization server does not accept this client, and a new registration did not help. */
  CLIENT_REFUSED,
  /**
   * What this machine is to log in with cannot be read or used: a file, a command's output, a
   * variable. Nothing was sent.
   */
  CREDENTIAL_UNAVAILABLE,
  /** The authorization server refused the request itself: a scope, a resource, a malformed one. */
  REFUSED,
  /** The prompt could not be shown to the person; that is not the person's "no". */
  NOT_SHOWN,
  /** There is no login, or it ended: somebody has to log in. */
  LOGIN_REQUIRED,
  /**
   * The login is kept, but the person has to prove again who they are: what was proven is too old.
   */
  REAUTHENTICATION_REQUIRED,
  /** The server cannot authenticate anybody in the way that is asked for. */
  UNMET_AUTHENTICATION,
  /** The server wants this login done in a browser. */
  BROWSER_NEEDED,
  /** The port that the browser has to come back to is another program's. */
  PORT_TAKEN,
  /** Somebody else than the account's own person approved the login; its tokens were discarded. */
  WRONG_PERSON,
  /** The token store cannot be read or written. What was stored is still there. */
  STORE_UNAVAILABLE,
  /** An entry of the token store is truncated, was changed, or has another key. */
  STORE_DAMAGED,
  /** A file that the settings name is not there, cannot be read, or is not what it should be. */
  FILE_UNUSABLE
}

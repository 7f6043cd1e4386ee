package dev.latchstring.client.store;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;

/**
 * The name of a place in the store, which says what kind of entry is there.
 *
 * @param <T> the kind of entry
 */
public sealed interface Slot<T extends StoredEntry> {
  /** The entry's type. */
  Class<T> type();

  /** The whole name as one text; two slots are the same where these are. */
  String id();

  /** A login to an MCP server. */
  record LoginSlot(URI server, String account) implements Slot<StoredLogin> {
    /**
     * @throws dev.latchstring.oauth.OAuthException {@code invalid_target} where the server is not
     *     an https (or loopback) address
     */
    public LoginSlot {
      server = HttpsUri.requireResource(server.toString());
    }

    @Override
    public Class<StoredLogin> type() {
      return StoredLogin.class;
    }

    @Override
    public String id() {
      return "login\n" + server + "\n" + account;
    }
  }

  /** What this client is called at an authorization server. */
  record RegistrationSlot(String issuer) implements Slot<StoredRegistration> {
    @Override
    public Class<StoredRegistration> type() {
      return StoredRegistration.class;
    }

    @Override
    public String id() {
      return "registration\n" + issuer;
    }
  }

  /**
   * A login that waits for a person.
   *
   * @param what is logged in to, and as what: only a login that asks for exactly this joins it
   */
  record PendingSlot(URI server, String account, String what) implements Slot<StoredPending> {
    /**
     * @throws dev.latchstring.oauth.OAuthException {@code invalid_target} where the server is not
     *     an https (or loopback) address
     */
    public PendingSlot {
      server = HttpsUri.requireResource(server.toString());
    }

    @Override
    public Class<StoredPending> type() {
      return StoredPending.class;
    }

    @Override
    public String id() {
      return "pending\n" + server + "\n" + account + "\n" + what;
    }
  }

  /** Which account of a server is meant where none is named. */
  record DefaultSlot(URI server) implements Slot<StoredDefault> {
    /**
     * @throws dev.latchstring.oauth.OAuthException {@code invalid_target} where the server is not
     *     an https (or loopback) address
     */
    public DefaultSlot {
      server = HttpsUri.requireResource(server.toString());
    }

    @Override
    public Class<StoredDefault> type() {
      return StoredDefault.class;
    }

    @Override
    public String id() {
      return "default\n" + server;
    }
  }
}

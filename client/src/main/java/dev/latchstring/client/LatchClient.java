package dev.latchstring.client;

import dev.latchstring.client.doctor.Report;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ConfiguredClients;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.TokenStore;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: makes the parts fit and hands out accounts. One per process is enough; it
 * opens its HTTP client and its store on first use, so making one costs nothing.
 */
public interface LatchClient extends AutoCloseable {
  /** What verification pages call this client, unless another name is given. */
  String DEFAULT_CLIENT_NAME = "Latchstring";

  Discovery discovery();

  /**
   * The account of a name at a server.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS} where the server's address is not https (or
   *     loopback), or the name is empty or longer than 64 characters
   */
  Account account(URI server, String name);

  /** {@link #account(URI, String)} of {@link Account#DEFAULT_NAME}. */
  default Account account(URI server) {
    return account(server, Account.DEFAULT_NAME);
  }

  /**
   * The name of the account that is meant where none is given: the one that was chosen for the
   * server, else {@link Account#DEFAULT_NAME}.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS}; {@link Problem#STORE_UNAVAILABLE}
   */
  String defaultAccount(URI server);

  /**
   * Chooses the account that is meant where none is named.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS} as {@link #account(URI, String)}; {@link
   *     Problem#STORE_UNAVAILABLE}
   */
  void chooseDefault(URI server, String name);

  /**
   * What is pinned for a server now, with where it comes from; without network.
   *
   * @param issuer whose settings count, too; null where it is not known
   * @throws ClientException {@link Problem#BAD_SETTINGS}
   */
  ServerSettings pinned(URI server, @Nullable String issuer);

  /**
   * The servers that something is pinned for by name, in the order of the file that does.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS}
   */
  List<URI> pinnedServers();

  /** Finds out why a login to a server does not work, without registering or logging in. */
  Report examine(URI server);

  /** Every stored login, without network, and every entry that cannot be read. */
  Stored stored();

  /** Closes the HTTP client. Logins that run end with a network problem. */
  @Override
  void close();

  /**
   * What the store holds.
   *
   * @param damaged entries that cannot be read
   * @param pending logins that wait for a person
   */
  record Stored(
      List<LoginStatus> logins, List<ClientException> damaged, List<PendingStatus> pending) {
    public Stored {
      logins = List.copyOf(logins);
      damaged = List.copyOf(damaged);
      pending = List.copyOf(pending);
    }
  }

  /** Starts to configure a client on a store. */
  static Builder using(TokenStore store) {
    return new Builder(store);
  }

  /** What can be configured; everything has a default. */
  final class Builder {
    private final TokenStore store;
    private Clock clock = Clock.systemUTC();
    private SecureRandom random = new SecureRandom();
    private Supplier<String> clientName = () -> DEFAULT_CLIENT_NAME;
    private @Nullable ClientIdentity clientIdentity;
    private MachineConfiguration machine = MachineConfiguration.NONE;
    private Network network = Network.ofThisProcess();
    private Settings settings = Settings.NONE;
    private Map<String, String> environment = Map.of();

    private Builder(TokenStore store) {
      this.store = store;
    }

    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    public Builder random(SecureRandom value) {
      random = value;
      return this;
    }

    /** The {@code client_name} of dynamic registrations, such as "latch connect on host7". */
    public Builder clientName(String value) {
      return clientName(() -> value);
    }

    /** The same, found out with the first login: a machine's name takes some time. */
    public Builder clientName(Supplier<String> value) {
      clientName = value;
      return this;
    }

    /** What is pinned; nothing unless given. */
    public Builder settings(Settings value) {
      settings = value;
      return this;
    }

    /** Where pinned variables ({@code client_secret_env}) are looked up; nowhere unless given. */
    public Builder environment(Map<String, String> value) {
      environment = value;
      return this;
    }

    /**
     * The identifier to use instead of registering, for every server that has none pinned; {@link
     * ClientIdentity#fromEnvironment} for the user's own. Null for none.
     */
    public Builder clientIdentity(@Nullable ClientIdentity value) {
      clientIdentity = value;
      return this;
    }

    /** Proxies and certificate authorities; those of this process's environment otherwise. */
    public Builder network(Network value) {
      network = value;
      return this;
    }

    /**
     * What this machine logs in with where no person does; the client's own credentials alone
     * unless given.
     */
    public Builder machine(MachineConfiguration value) {
      machine = value;
      return this;
    }

    public LatchClient build() {
      return new WiredClient(
          store,
          clock,
          random,
          clientName,
          settings,
          new ConfiguredClients(clientIdentity, environment, clock, random),
          network,
          machine);
    }
  }
}

package dev.latchstring.client;

import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.registration.ClientChoice;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.util.Optional;

/**
 * One person's (or machine's) access to one MCP server: the journey from discovery to tokens. Made
 * by {@link LatchClient#account}; making one touches neither network nor disk.
 */
public interface Account {
  /** The name of the only account most people have. */
  String DEFAULT_NAME = "default";

  URI server();

  String name();

  /** See {@link Discovery#discover(URI)}. */
  DiscoveryResult discover();

  /**
   * Where a login with these options is done: by their challenges, else by asking the server.
   *
   * @throws ClientException what discovery throws; {@link Problem#NO_USABLE_LOGIN} where the server
   *     needs no login
   */
  default Discovered discover(LoginOptions options) {
    return switch (discover()) {
      case Discovered found -> found;
      case DiscoveryResult.NoLoginNeeded open ->
          throw new ClientException(
              Problem.NO_USABLE_LOGIN,
              open.server() + " needs no login",
              "use it without a token; it answers anybody");
    };
  }

  /**
   * Whether a token that somebody else obtained is good for this server; see {@link
   * dev.latchstring.client.delivery.DeliveryCheck}.
   *
   * @param options how a login here would be done, which says which issuer's tokens are good
   * @throws OAuthException where it is not, or where this account takes no such tokens
   * @throws ClientException what discovery throws
   */
  default CheckedToken check(Delivery delivery, LoginOptions options) {
    throw new OAuthException(ErrorCode.ACCESS_DENIED, "no token can be delivered for this account");
  }

  /**
   * Which way to log in is possible, and why the others are not. Discovers (unless the options
   * carry challenges) and nothing more: no client is registered, nobody is asked.
   *
   * @throws ClientException what discovery throws; {@link Problem#NO_USABLE_LOGIN} where the server
   *     needs no login
   */
  Negotiation negotiate(LoginOptions options);

  /**
   * As which client a person's login would be made; nothing is sent.
   *
   * @param at what was discovered of this account's server
   */
  ClientChoice client(Discovered at);

  /**
   * Prepares a login: discovers (unless the options carry challenges) and picks the flow. Then
   * {@link Login#run} does it.
   *
   * @throws ClientException what discovery throws; {@link Problem#BAD_ADDRESS} never for an account
   *     that was made; {@link Problem#NO_USABLE_LOGIN} also where the server needs no login; {@link
   *     Problem#REGISTRATION_IMPOSSIBLE}, {@link Problem#CLIENT_REFUSED}, {@link
   *     Problem#STORE_UNAVAILABLE}
   */
  Login login(LoginOptions options);

  /**
   * The tokens of this account, from its stored login; of a machine with a configured client
   * secret, by client credentials, without any login.
   */
  TokenSource tokens();

  /**
   * What is stored, without network.
   *
   * @throws ClientException {@link Problem#STORE_DAMAGED}, {@link Problem#STORE_UNAVAILABLE}
   */
  Optional<LoginStatus> status();

  /**
   * RFC 7009. Revokes at the authorization server, and forgets here in any case, also a damaged
   * entry. The account's pinned identity is forgotten too.
   *
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where it could not be forgotten
   */
  LogoutResult logout();
}

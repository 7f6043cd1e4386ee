package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.settings.Preset;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9728. An API that a server's tools use, and how its logins are done.
 *
 * @param name what requirements and people call it, such as {@code github}
 * @param api the protected resource: tokens are asked for it, and go nowhere else
 * @param variables of the environment, the first that is set wins: a token in one skips the login
 * @param scope asked for at every login, besides what the tools require; null for nothing
 * @param settings what is known of the API's authorization server and does not have to be found,
 *     such as a preset's; the user's own settings go before them
 * @param client a client that is registered there, or the author's metadata document; null
 *     registers one where it is needed
 * @param hostIdentity whether the host's own metadata document may take the client's place, where
 *     the user allows it, too
 */
public record Provider(
    String name,
    URI api,
    List<String> variables,
    @Nullable Scope scope,
    ServerSettings settings,
    @Nullable ClientIdentity client,
    boolean hostIdentity) {

  public Provider {
    if (!name.matches("[a-z][a-z0-9_-]{0,31}")) {
      throw new IllegalArgumentException(
          "a provider's name has 1 to 32 lower-case letters, digits, - and _, a letter first");
    }
    variables = List.copyOf(variables);
  }

  /**
   * @throws dev.latchstring.oauth.OAuthException {@code invalid_target} where the address is not
   *     https (or loopback)
   */
  public static Provider of(String name, URI api) {
    return new Provider(
        name,
        HttpsUri.requireResource(api.toString()),
        List.of(),
        null,
        ServerSettings.NONE,
        null,
        false);
  }

  /** A token in one of these variables of the environment skips the login. */
  public Provider tokenFrom(String... names) {
    return new Provider(name, api, List.of(names), scope, settings, client, hostIdentity);
  }

  /**
   * Asks for these scopes at every login.
   *
   * @throws dev.latchstring.oauth.OAuthException {@code invalid_scope}
   */
  public Provider scope(String... values) {
    return new Provider(name, api, variables, Scope.of(values), settings, client, hostIdentity);
  }

  /** For a provider whose quirks are known. */
  public Provider preset(Preset preset) {
    return settings(preset.settings());
  }

  public Provider settings(ServerSettings known) {
    return new Provider(name, api, variables, scope, known, client, hostIdentity);
  }

  /** A registered client, or the URL of the author's Client ID Metadata Document. */
  public Provider client(ClientIdentity identity) {
    return new Provider(name, api, variables, scope, settings, identity, hostIdentity);
  }

  /** Lets the host's own metadata document be the client, where the user allows it, too. */
  public Provider allowHostIdentity() {
    return new Provider(name, api, variables, scope, settings, client, true);
  }
}

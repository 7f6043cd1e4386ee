package dev.latchstring.authorizationserver.config;

import static dev.latchstring.authorizationserver.config.KnownNames.required;
import static dev.latchstring.authorizationserver.config.KnownNames.requiredList;

import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.identity.CallIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules for {@code trusted_issuers}, {@code id_jag_audiences}, {@code exchanges} and {@code
 * call_identities}.
 */
final class Assertions {
  private static final Duration ID_JAG_LIFETIME = Duration.ofMinutes(5);
  private static final Duration IDENTITY_LIFETIME = Duration.ofSeconds(30);

  private final KnownNames names;
  private final @Nullable URI issuer;

  private Assertions(KnownNames names, @Nullable URI issuer) {
    this.names = names;
    this.issuer = issuer;
  }

  static AssertionSettings read(
      ConfigurationFile file,
      @Nullable URI issuer,
      List<ClientSettings> clients,
      List<ResourceSettings> resources) {
    Assertions rules = new Assertions(new KnownNames(clients, resources), issuer);
    return new AssertionSettings(
        rules.issuers(file.trustedIssuers()),
        rules.audiences(file.idJagAudiences()),
        rules.exchanges(file.exchanges()),
        rules.identities(file.callIdentities()));
  }

  private List<TrustedIssuerSettings> issuers(
      @Nullable List<ConfigurationFile.TrustedIssuer> issuers) {
    if (issuers == null) {
      return List.of();
    }
    Set<String> seen = new HashSet<>();
    TrustedIssuers rules = new TrustedIssuers(names);
    return issuers.stream()
        .map(entry -> {
          TrustedIssuerSettings settings = rules.one(entry);
          if (!seen.add(settings.issuer())) {
            throw new ConfigurationException(
                "trusted_issuers: '" + settings.issuer() + "' is there twice");
          }
          requireOther("trusted_issuers", settings.issuer());
          return settings;
        })
        .toList();
  }

  /** draft-ietf-oauth-identity-assertion-authz-grant §8.3: nobody redeems what they issued. */
  private void requireOther(String where, String name) {
    if (issuer != null && issuer.toString().equals(name)) {
      throw new ConfigurationException(
          where + ": '" + name + "' is this server, which does not redeem what it issues itself");
    }
  }

  private List<AssertionSettings.IdJagAudience> audiences(
      @Nullable List<ConfigurationFile.IdJagAudience> audiences) {
    if (audiences == null) {
      return List.of();
    }
    Set<String> seen = new HashSet<>();
    return audiences.stream()
        .map(entry -> {
          AssertionSettings.IdJagAudience audience = audience(entry);
          if (!seen.add(audience.audience())) {
            throw new ConfigurationException(
                "id_jag_audiences: '" + audience.audience() + "' is there twice");
          }
          return audience;
        })
        .toList();
  }

  private AssertionSettings.IdJagAudience audience(ConfigurationFile.IdJagAudience entry) {
    String audience = required("id_jag_audiences: audience", entry.audience());
    TrustedIssuers.requireHttps("id_jag_audiences: audience", audience);
    requireOther("id_jag_audiences", audience);
    String where = "id_jag_audiences: '" + audience + "': ";
    Map<String, String> clients = entry.clients();
    if (clients == null || clients.isEmpty()) {
      throw new ConfigurationException(
          where
              + "clients must be a map from each client_id that may ask to the client_id it has there");
    }
    for (Map.Entry<String, String> client : clients.entrySet()) {
      requireSecretive(where, client.getKey());
      required(where + "clients." + client.getKey(), client.getValue());
    }
    Set<String> resources =
        requiredList(where + "resources", entry.resources()).stream()
            .map(text -> KnownNames.foreignResource(where + "resources", text))
            .collect(Collectors.toSet());
    return new AssertionSettings.IdJagAudience(
        audience,
        clients,
        resources,
        Objects.requireNonNullElse(KnownNames.scope(where + "scope", entry.scope()), Scope.NONE),
        entry.teams() == null ? List.of() : entry.teams(),
        Durations.parse(
            where + "lifetime",
            entry.lifetime(),
            ID_JAG_LIFETIME,
            Duration.ofSeconds(30),
            Duration.ofHours(1)));
  }

  private List<AssertionSettings.Exchange> exchanges(
      @Nullable List<ConfigurationFile.Exchange> exchanges) {
    if (exchanges == null) {
      return List.of();
    }
    Set<List<String>> seen = new HashSet<>();
    return exchanges.stream()
        .map(entry -> {
          AssertionSettings.Exchange exchange = exchange(entry);
          if (!seen.add(List.of(exchange.client(), exchange.from(), exchange.to()))) {
            throw new ConfigurationException(
                "exchanges: one of client '" + exchange.client() + "' is there twice");
          }
          return exchange;
        })
        .toList();
  }

  private AssertionSettings.Exchange exchange(ConfigurationFile.Exchange entry) {
    String client = required("exchanges: client", entry.client());
    String where = "exchanges: '" + client + "': ";
    requireSecretive(where, client);
    String from = names.resource(where + "from", entry.from());
    String to = names.resource(where + "to", entry.to());
    if (from.equals(to)) {
      throw new ConfigurationException(where + "from and to are the same resource");
    }
    return new AssertionSettings.Exchange(
        client,
        from,
        to,
        Objects.requireNonNullElse(
            KnownNames.scope(where + "requires", entry.requires()), Scope.NONE),
        KnownNames.scope(where + "scope", entry.scope()));
  }

  private List<AssertionSettings.IdentityAudience> identities(
      @Nullable List<ConfigurationFile.CallIdentity> identities) {
    if (identities == null) {
      return List.of();
    }
    Set<List<String>> seen = new HashSet<>();
    return identities.stream()
        .map(entry -> {
          AssertionSettings.IdentityAudience identity = identity(entry);
          if (!seen.add(List.of(identity.client(), identity.from(), identity.audience()))) {
            throw new ConfigurationException(
                "call_identities: one of client '" + identity.client() + "' is there twice");
          }
          return identity;
        })
        .toList();
  }

  private AssertionSettings.IdentityAudience identity(ConfigurationFile.CallIdentity entry) {
    String client = required("call_identities: client", entry.client());
    String where = "call_identities: '" + client + "': ";
    requireSecretive(where, client);
    return new AssertionSettings.IdentityAudience(
        client,
        names.resource(where + "from", entry.from()),
        required(where + "audience", entry.audience()),
        Objects.requireNonNullElse(
            KnownNames.scope(where + "requires", entry.requires()), Scope.NONE),
        KnownNames.scope(where + "scope", entry.scope()),
        entry.teams() == null ? List.of() : entry.teams(),
        Durations.parse(
            where + "lifetime",
            entry.lifetime(),
            IDENTITY_LIFETIME,
            Duration.ofSeconds(5),
            CallIdentity.MAX_LIFE));
  }

  /** Whoever exchanges tokens of others proves who it is. */
  private void requireSecretive(String where, String client) {
    if (names
        .client(where + "client", client, GrantTypes.TOKEN_EXCHANGE)
        .metadata()
        .authMethod()
        .equals("none")) {
      throw new ConfigurationException(
          where + "client '" + client + "' needs a client_secret or a key to exchange tokens");
    }
  }
}

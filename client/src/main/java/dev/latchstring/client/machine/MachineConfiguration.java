package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.machine.TokenExchange.Presented;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a machine logs in with, as the person configured it: what is pinned for the server, else the
 * environment. docs/machines.md lists the names.
 *
 * <p>Where no flow is named, a token that is given goes first, then an identity provider, a token
 * to exchange, an assertion. The client's own credentials come last, and behind a person's stored
 * login, for a client with a secret may be a person's as well.
 */
public final class MachineConfiguration {
  /** Nothing but the client's own credentials, where it has some. */
  public static final MachineConfiguration NONE = new MachineConfiguration(null, null, true, null);

  /** The variable with a token that somebody else obtained. */
  public static final String TOKEN = "LATCH_TOKEN";

  private static final String FLOW = "LATCH_FLOW";
  static final String TOKEN_SERVER = "LATCH_TOKEN_SERVER";
  private static final Map<String, String> TOKEN_TYPES =
      Map.of(
          "access_token", TokenType.ACCESS_TOKEN,
          "id_token", TokenType.ID_TOKEN,
          "refresh_token", TokenType.REFRESH_TOKEN,
          "jwt", TokenType.JWT,
          "saml2", TokenType.SAML2);

  private final @Nullable MachineGrant only;
  private final @Nullable MachineEnvironment environment;
  private final boolean binds;
  private final @Nullable Function<String, IdJag.Subject> signedIn;

  private MachineConfiguration(
      @Nullable MachineGrant only,
      @Nullable MachineEnvironment environment,
      boolean binds,
      @Nullable Function<String, IdJag.Subject> signedIn) {
    this.only = only;
    this.environment = environment;
    this.binds = binds;
    this.signedIn = signedIn;
  }

  /** This grant and no other, for a program that configures itself. */
  public static MachineConfiguration of(MachineGrant grant) {
    return new MachineConfiguration(grant, null, true, null);
  }

  /** By what is pinned, and these variables. */
  public static MachineConfiguration of(
      Map<String, String> environment, Clock clock, SecureRandom random) {
    return new MachineConfiguration(
        null, new MachineEnvironment(environment, clock, random), true, null);
  }

  /**
   * The same for a program that hands tokens on to others: they are bound to no key (RFC 9449),
   * which the others would not have.
   */
  public MachineConfiguration handingTokensOn() {
    return new MachineConfiguration(only, environment, false, signedIn);
  }

  /**
   * The same where people may have signed in at their identity provider with this program.
   *
   * @param logins gives the login at an issuer
   */
  public MachineConfiguration withLogins(Function<String, IdJag.Subject> logins) {
    return new MachineConfiguration(only, environment, binds, logins);
  }

  /** Whether tokens are bound to a key where the server takes one. */
  public boolean bindsTokens() {
    return binds;
  }

  /**
   * The token that was given for a server; empty where none was.
   *
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it cannot be used; {@link
   *     Problem#BAD_SETTINGS}
   */
  public Optional<TokenSource> given(URI server, ServerSettings pinned) {
    if (environment == null || !isOneOf(pinned, FlowName.ENVIRONMENT)) {
      return Optional.empty();
    }
    String pinnedName = pinned.value(Setting.TOKEN_ENV);
    String name = pinnedName == null ? TOKEN : pinnedName;
    String value = environment.variable(name);
    if (value == null) {
      if (pinnedName == null) {
        return Optional.empty();
      }
      throw bad("the environment variable " + name + " has no token in it", "set it");
    }
    return keptFor(server, pinned) == null
        ? Optional.of(new EnvironmentToken(server, name, value, environment.clock()))
        : Optional.empty();
  }

  /**
   * The server that the environment's token is for, where that is another; else null.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where it is no address
   */
  public @Nullable String keptFor(URI server, ServerSettings pinned) {
    if (environment == null
        || !isOneOf(pinned, FlowName.ENVIRONMENT)
        || pinned.value(Setting.TOKEN_ENV) != null
        || environment.variable(TOKEN) == null) {
      return null;
    }
    String meant = environment.variable(TOKEN_SERVER);
    return meant == null || isSame(meant, server) ? null : meant;
  }

  private static boolean isSame(String meant, URI server) {
    try {
      return HttpsUri.requireResource(meant).equals(HttpsUri.requireResource(server.toString()));
    } catch (OAuthException e) {
      throw bad(ServerText.quote(meant) + " is no server's address: " + e.description(), null);
    }
  }

  /** The authorization server that credentials may go to; null where the person named none. */
  public @Nullable String pinnedIssuer(ServerSettings pinned) {
    String issuer = pinned.value(Setting.ISSUER);
    return issuer != null || environment == null
        ? issuer
        : environment.variable("LATCH_CLIENT_ISSUER");
  }

  /**
   * The grant that is taken without a wish; empty where none is configured.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS}
   */
  public Optional<MachineGrant> grant(
      URI server, ServerSettings pinned, @Nullable ClientIdentity client) {
    if (only != null) {
      return Optional.of(only);
    }
    FlowName named = named(pinned);
    Map<FlowName, MachineGrant> grants = grants(server, pinned, named);
    if (named != null && (named.needsPerson() || isForAnother(named, server, pinned))) {
      return Optional.empty();
    }
    if (named != null) {
      MachineGrant grant = grants.get(named);
      if (grant == null) {
        throw bad(
            "the flow " + named.text() + " is named, and nothing is configured for it",
            hint(named, pinned));
      }
      return Optional.of(grant);
    }
    return grants.values().stream()
        .filter(grant ->
            grant.client() != MachineGrant.Client.CONFIDENTIAL
                || (client != null && client.isConfidential()))
        .findFirst();
  }

  private boolean isForAnother(FlowName named, URI server, ServerSettings pinned) {
    return named == FlowName.ENVIRONMENT && keptFor(server, pinned) != null;
  }

  /** Whether a person's stored login goes before the grant. */
  public boolean yieldsToPerson(ServerSettings pinned, MachineGrant grant) {
    return only == null && grant.name() == FlowName.CLIENT_CREDENTIALS && named(pinned) == null;
  }

  /**
   * Every flow without a person, those that are not configured included, each saying why not.
   *
   * @param wish the flow that is named for this login; null for what is pinned or in the
   *     environment
   */
  public List<Flow> flows(URI server, ServerSettings pinned, @Nullable FlowName wish) {
    Map<FlowName, MachineGrant> grants =
        grants(server, pinned, wish == null ? named(pinned) : wish);
    String issuer = pinnedIssuer(pinned);
    List<Flow> flows = new ArrayList<>();
    flows.add(new GivenFlow(given(server, pinned).orElse(null), server, keptFor(server, pinned)));
    for (FlowName name :
        List.of(
            FlowName.ID_JAG,
            FlowName.TOKEN_EXCHANGE,
            FlowName.JWT_BEARER,
            FlowName.WORKLOAD_IDENTITY,
            FlowName.CLIENT_CREDENTIALS)) {
      flows.add(new MachineFlow(name, grants.get(name), hint(name, pinned), issuer, binds));
    }
    return flows;
  }

  /** Those that are configured, the most particular first. */
  private Map<FlowName, MachineGrant> grants(
      URI server, ServerSettings pinned, @Nullable FlowName named) {
    Map<FlowName, MachineGrant> grants = new LinkedHashMap<>();
    if (only != null) {
      grants.put(only.name(), only);
      return grants;
    }
    if (environment != null) {
      MachineSettings from = environment.settings(pinned);
      Optional<Presented> subject = presented(from, "subject_token");
      Optional<Presented> actor = presented(from, "actor_token");
      if (actor.isPresent() && subject.isEmpty()) {
        throw bad(
            "an actor's token is configured, and none of whom it acts for",
            "set LATCH_SUBJECT_TOKEN, _FILE or _COMMAND; or unset LATCH_ACTOR_TOKEN and its kin");
      }
      Optional<IdentityProvider> provider = provider(from);
      // At the identity provider itself people log in, and what it issued is not exchanged there.
      boolean elsewhere = provider.map(idp -> !isSame(idp.issuer(), server)).orElse(true);
      if (provider.isPresent() && elsewhere && (subject.isPresent() || signedIn != null)) {
        put(grants, idJag(provider.get(), subject.orElse(null)));
      } else if (subject.isPresent() && elsewhere) {
        put(grants, new TokenExchange(subject.get(), actor.orElse(null)));
      }
      boolean bearer = named == FlowName.JWT_BEARER;
      Optional<TokenOrigin> assertion = from.origin("assertion");
      if (assertion.isEmpty() && named == FlowName.WORKLOAD_IDENTITY) {
        assertion = environment.platform();
      }
      ownAssertion(from).map(JwtBearer::new).ifPresent(grant -> put(grants, grant));
      assertion
          .map(origin -> bearer ? new JwtBearer(origin) : new WorkloadIdentity(origin))
          .ifPresent(grant -> put(grants, grant));
    }
    put(grants, new ClientCredentials());
    return grants;
  }

  private IdJag idJag(IdentityProvider provider, @Nullable Presented subject) {
    if (subject != null || signedIn == null) {
      return new IdJag(provider, Objects.requireNonNull(subject));
    }
    return new IdJag(provider, signedIn.apply(provider.issuer()));
  }

  private static void put(Map<FlowName, MachineGrant> grants, MachineGrant grant) {
    if (grants.putIfAbsent(grant.name(), grant) != null) {
      throw bad("there is more than one assertion for " + grant.name().text(), "keep one of them");
    }
  }

  private static Optional<Presented> presented(MachineSettings from, String name) {
    return from.origin(name)
        .map(origin -> new Presented(origin, type(name, from.value(name + "_type"))));
  }

  private static String type(String name, @Nullable String type) {
    if (type == null) {
      return name.equals("subject_token") ? TokenType.ID_TOKEN : TokenType.ACCESS_TOKEN;
    }
    String known = TOKEN_TYPES.get(type);
    if (known == null && !type.startsWith("urn:")) {
      throw bad(
          "there is no type of token " + ServerText.quote(type),
          "give one of " + String.join(", ", TOKEN_TYPES.keySet().stream().sorted().toList()));
    }
    return known == null ? type : known;
  }

  private static Optional<IdentityProvider> provider(MachineSettings from) {
    String issuer = from.value("idp_issuer");
    if (issuer == null) {
      return Optional.empty();
    }
    String clientId = from.value("idp_client_id");
    if (clientId == null) {
      if (presented(from, "subject_token").isEmpty()) {
        return Optional.of(new IdentityProvider(issuer, null));
      }
      throw bad(
          "an identity provider is configured, and not what this program is called there",
          "set LATCH_IDP_CLIENT_ID");
    }
    String secret = from.secret("idp_client_secret");
    ClientKey key = from.key("idp_client_key");
    ClientIdentity client = new ClientIdentity(issuer, clientId, secret, null);
    return Optional.of(new IdentityProvider(issuer, key == null ? client : client.withKey(key)));
  }

  private static Optional<OwnAssertion> ownAssertion(MachineSettings from) {
    ClientKey key = from.key("assertion_key");
    if (key == null) {
      return Optional.empty();
    }
    String issuer = from.value("assertion_issuer");
    String subject = from.value("assertion_subject");
    if (issuer == null || subject == null) {
      throw bad(
          "a key for assertions is configured, and not of whom and about whom they are",
          "set LATCH_ASSERTION_ISSUER and LATCH_ASSERTION_SUBJECT");
    }
    return Optional.of(new OwnAssertion(key, issuer, subject));
  }

  /** The flow that the person named for every login there; null where none. */
  private @Nullable FlowName named(ServerSettings pinned) {
    Pin pin = pinned.pins().get(Setting.FLOW.key());
    String name =
        pin == null && environment != null
            ? environment.variable(FLOW)
            : pinned.value(Setting.FLOW);
    if (name == null) {
      return null;
    }
    String where = pin == null ? FLOW : pin.origin();
    return FlowName.of(name)
        .orElseThrow(() ->
            bad(
                "there is no flow " + ServerText.quote(name) + " (" + where + ")",
                "there are " + FlowName.known()));
  }

  private boolean isOneOf(ServerSettings pinned, FlowName flow) {
    FlowName named = named(pinned);
    return named == null || named == flow;
  }

  private String hint(FlowName flow, ServerSettings pinned) {
    if (environment != null) {
      if (flow == FlowName.WORKLOAD_IDENTITY && GithubActions.isHere(environment.variables())) {
        return GithubActions.hint(environment.variables());
      }
      if (flow == FlowName.JWT_BEARER
          && environment.settings(pinned).origin("assertion").isPresent()) {
        return "name it, with --flow jwt_bearer or LATCH_FLOW: else the assertion is taken for"
            + " workload_identity";
      }
    }
    return switch (flow) {
      case CLIENT_CREDENTIALS -> "set LATCH_CLIENT_ID, and LATCH_CLIENT_SECRET or LATCH_CLIENT_KEY";
      case JWT_BEARER ->
          "set LATCH_ASSERTION_FILE or LATCH_ASSERTION_COMMAND; or LATCH_ASSERTION_KEY,"
              + " LATCH_ASSERTION_ISSUER and LATCH_ASSERTION_SUBJECT";
      case WORKLOAD_IDENTITY ->
          "set LATCH_ASSERTION_FILE, LATCH_ASSERTION_COMMAND or LATCH_ASSERTION";
      case ID_JAG ->
          "set LATCH_IDP_ISSUER and log in there (latch login ISSUER --pin issuer=ISSUER); or set"
              + " LATCH_IDP_CLIENT_ID and LATCH_SUBJECT_TOKEN_FILE, too";
      case TOKEN_EXCHANGE -> "set LATCH_SUBJECT_TOKEN_FILE or LATCH_SUBJECT_TOKEN_COMMAND";
      case ENVIRONMENT -> "set " + TOKEN;
      case CODE, DEVICE, CHALLENGE -> "log in with latch login";
    };
  }

  static ClientException bad(String what, @Nullable String hint) {
    return new ClientException(Problem.BAD_SETTINGS, what, hint);
  }
}

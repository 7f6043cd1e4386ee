package dev.latchstring.client.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings for an authorization server that does something its own way, each with the quirk it is
 * there for. A preset is used where somebody names it, and stands below everything that is pinned
 * by hand; it is suggested where an issuer looks like its own, and never applied by itself.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists and settings are unmodifiable
public enum Preset {
  GITHUB(
      "GitHub",
      List.of("github.com"),
      pins(
          Setting.ISSUER, "https://github.com/login/oauth",
          Setting.METADATA_URL, Setting.NONE,
          Setting.AUTHORIZATION_ENDPOINT, "https://github.com/login/oauth/authorize",
          Setting.TOKEN_ENDPOINT, "https://github.com/login/oauth/access_token",
          Setting.DEVICE_AUTHORIZATION_ENDPOINT, "https://github.com/login/device/code",
          Setting.CODE_CHALLENGE_METHODS, "S256"),
      Map.of(),
      List.of(Setting.CLIENT_ID),
      "It registers no clients: make an OAuth app (or GitHub App), enable its device flow, and pin"
          + " its client_id.",
      "Its metadata stands where few look (the path goes behind the well-known part), and other"
          + " GitHub hosts have none: the endpoints are pinned instead.",
      "It answers refusals with status 200, in JSON only where that is asked for: this client asks"
          + " for it, and reads them."),
  GOOGLE(
      "Google",
      List.of("accounts.google.com"),
      pins(Setting.ISSUER, "https://accounts.google.com"),
      Map.of(
          "authorization_parameters.access_type", "offline",
          "authorization_parameters.prompt", "consent"),
      List.of(Setting.CLIENT_ID, Setting.CLIENT_SECRET_FILE),
      "It registers no clients, and its token endpoint wants the secret even of a program on"
          + " somebody's own machine: pin client_id and client_secret_file (or _env).",
      "Without access_type=offline there is no refresh token, and without prompt=consent only the"
          + " first time.",
      "Its device flow says verification_url, is for clients of the type \"TVs and Limited Input"
          + " devices\" alone, and for few scopes."),
  ENTRA(
      "Microsoft Entra ID",
      List.of("login.microsoftonline.com", "login.microsoftonline.us", "sts.windows.net"),
      pins(Setting.RESOURCE, Setting.NONE, Setting.CODE_CHALLENGE_METHODS, "S256"),
      Map.of(),
      List.of(Setting.CLIENT_ID, Setting.SCOPE),
      "It refuses the resource parameter beside scopes (AADSTS9010010, AADSTS901002): the API is"
          + " named in the scope, such as \"api://CLIENT-ID/.default offline_access\".",
      "It supports PKCE and its metadata does not say so (code_challenge_methods_supported).",
      "It registers no clients: pin client_id. Where the MCP server does not name it, pin issuer,"
          + " with the tenant: https://login.microsoftonline.com/TENANT/v2.0."),
  OKTA(
      "Okta",
      List.of("okta.com", "oktapreview.com", "okta-emea.com"),
      pins(),
      Map.of(),
      List.of(Setting.CLIENT_ID, Setting.ISSUER),
      "Tokens of the organisation's own server are for Okta alone: pin the issuer of a custom"
          + " authorization server, https://ORG.okta.com/oauth2/default or /oauth2/ID.",
      "The audience is set at that server, not by the resource parameter, which is passed over.",
      "Registration needs an administrator's token there: pin client_id."),
  AUTH0(
      "Auth0",
      List.of("auth0.com"),
      pins(),
      Map.of(),
      List.of(Setting.AUDIENCE),
      "It goes by audience, and by resource only where the tenant's Resource Parameter"
          + " Compatibility Profile is on: pin audience, the identifier of the API.",
      "Without an audience its tokens are opaque or encrypted, for its own userinfo alone.",
      "Its issuer ends in a slash: https://TENANT.auth0.com/."),
  KEYCLOAK(
      "Keycloak",
      List.of(),
      pins(Setting.RESOURCE, Setting.NONE),
      Map.of(),
      List.of(Setting.ISSUER, Setting.SCOPE),
      "The issuer is that of a realm, https://HOST/realms/REALM (behind /auth before version 17):"
          + " pin it where the MCP server does not name it.",
      "The audience comes from a mapper of a client scope: pin that scope. Where the feature"
          + " resource-indicators is on, a resource that no client has is invalid_target; so none"
          + " is sent. Pin resource to send it.",
      "Anonymous registration is limited by its policies (Trusted Hosts): pin client_id, or ask for"
          + " a policy."),
  ATLASSIAN(
      "Atlassian",
      List.of("mcp.atlassian.com", "auth.atlassian.com"),
      pins(
          Setting.ISSUER, "https://auth.atlassian.com",
          Setting.METADATA_URL,
              "https://auth.atlassian.com/.well-known/oauth-authorization-server/VCeDsk8ZHncYF1g234fKtc4lNipbBhu3"),
      Map.of(),
      List.of(),
      "https://mcp.atlassian.com/v1/mcp/authv2 names an authorization server with a path, whose"
          + " metadata says that it is https://auth.atlassian.com (RFC 8414 section 3.3).",
      "For https://mcp.atlassian.com/v1/mcp pin issuer=https://cf.mcp.atlassian.com and"
          + " metadata_url=https://mcp.atlassian.com/.well-known/oauth-authorization-server"
          + " instead."),
  SALESFORCE(
      "Salesforce",
      List.of("api.salesforce.com", "login.salesforce.com", "my.salesforce.com"),
      pins(
          Setting.ISSUER, "https://login.salesforce.com",
          Setting.SCOPE, "mcp_api refresh_token",
          Setting.CODE_CHALLENGE_METHODS, "S256"),
      Map.of(),
      List.of(Setting.CLIENT_ID),
      "Its MCP servers name themselves as the authorization server, and the metadata there says"
          + " that it is https://login.salesforce.com (RFC 8414 section 3.3).",
      "An organisation with a My Domain, and every sandbox, logs in there: pin"
          + " issuer=https://MYDOMAIN.my.salesforce.com.",
      "It registers no clients: make an external client app with PKCE, JWT access tokens and the"
          + " scope mcp_api, and pin its client_id.");

  private final String title;
  private final List<String> hosts;
  private final ServerSettings settings;
  private final List<Setting> needs;
  private final List<String> quirks;

  Preset(
      String title,
      List<String> hosts,
      Map<Setting, String> pinned,
      Map<String, String> parameters,
      List<Setting> needs,
      String... quirks) {
    this.title = title;
    this.hosts = hosts;
    this.needs = needs;
    this.quirks = List.of(quirks);
    List<Pin> pins = new ArrayList<>();
    String origin = "preset " + key();
    pinned.forEach((setting, value) -> pins.add(new Pin(setting.key(), value, origin)));
    parameters.forEach((name, value) -> pins.add(new Pin(name, value, origin)));
    this.settings = ServerSettings.of(pins);
  }

  /** The name behind {@code --preset}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  /** What it pins. */
  public ServerSettings settings() {
    return settings;
  }

  /** What is to be pinned by hand beside it. */
  public List<Setting> needs() {
    return needs;
  }

  /** What it is there for, in sentences. */
  public List<String> quirks() {
    return quirks;
  }

  /** The preset of a name. */
  public static Optional<Preset> of(String key) {
    return Stream.of(values()).filter(preset -> preset.key().equals(key)).findFirst();
  }

  /** The presets that an address looks like: that of an MCP server, or of an issuer. */
  public static List<Preset> suggestedFor(URI address) {
    String host = address.getHost() == null ? "" : address.getHost().toLowerCase(Locale.ROOT);
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    return Stream.of(values())
        .filter(preset ->
            preset.hosts.stream().anyMatch(h -> host.equals(h) || host.endsWith("." + h))
                || (preset == KEYCLOAK && path.matches("(/auth)?/realms/[^/]+/?")))
        .toList();
  }

  /** Every name, for messages. */
  public static String names() {
    return Stream.of(values()).map(Preset::key).collect(Collectors.joining(", "));
  }

  private static Map<Setting, String> pins(Object... pairs) {
    Map<Setting, String> pins = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      pins.put((Setting) pairs[i], (String) pairs[i + 1]);
    }
    return pins;
  }
}

package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequest.Prompt;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1.1 with RFC 7636, 8707 and 9470 and OpenID Connect Core §3.1.2.1. What a request may
 * say, wherever it came in.
 *
 * <p>{@link #recipient} comes first: what it refuses has nowhere to go but a page. What {@link
 * #read} refuses goes to the recipient. Parameters that are not known are ignored.
 */
public final class AuthorizationRequestRules {
  /** The values of {@code prompt}, as metadata lists them. */
  public static final List<String> PROMPTS = List.of("none", "login", "consent", "select_account");

  /**
   * What signing in with a password over TLS is called (OASIS SAML 2.0 Authentication Context
   * §3.4.10).
   */
  public static final String PASSWORD_ACR =
      "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

  /** What the same is called at the authorization challenge endpoint. */
  public static final String CHALLENGE_PASSWORD_ACR = "urn:latchstring:acr:password";

  /** Every {@code acr} that a sign-in in a browser meets. */
  public static final List<String> MET = List.of(PASSWORD_ACR, CHALLENGE_PASSWORD_ACR);

  /** SHA-256 in base64url. */
  private static final int HASH_LENGTH = 43;

  private static final int MAX_HINT = 200;

  /** The {@code redirect_uri} of what is not answered by a redirect. */
  static final String NOWHERE = "";

  private final RegisteredClients clients;
  private final ResourcePolicy resources;

  public AuthorizationRequestRules(RegisteredClients clients, ResourcePolicy resources) {
    this.clients = clients;
    this.resources = resources;
  }

  /**
   * The client that a request names.
   *
   * @param requestedFrom the network address of the request
   * @throws OAuthException {@code invalid_request} where there is none, or what {@link
   *     RegisteredClients#resolve} throws; to be shown and not to be sent
   */
  RegisteredClient client(FormParameters parameters, String requestedFrom) {
    String clientId = parameters.required("client_id");
    return clients
        .resolve(clientId, requestedFrom)
        .orElseThrow(() -> invalid("no program is registered under this client_id"));
  }

  /**
   * Where the answer may go.
   *
   * @throws OAuthException {@code invalid_request}, to be shown and not to be sent
   */
  public Recipient recipient(RegisteredClient client, FormParameters parameters) {
    String state = parameters.optional("state");
    if (state != null && FormParameters.encode(state).length() > AuthorizationRequest.MAX_STATE) {
      throw invalid(
          "state is longer than " + AuthorizationRequest.MAX_STATE + " characters when encoded");
    }
    List<String> registered =
        client.metadata().redirectUris() == null ? List.of() : client.metadata().redirectUris();
    String asked = parameters.optional("redirect_uri");
    if (asked == null) {
      if (registered.size() != 1) {
        throw invalid(
            registered.isEmpty()
                ? "the program has registered no redirect_uri"
                : "the program has registered several addresses, and the request names none of"
                    + " them as redirect_uri");
      }
      return new Recipient(client.clientId(), registered.getFirst(), false, state);
    }
    if (!RedirectUri.isUsable(asked) || !RedirectUri.isRegistered(asked, registered)) {
      throw invalid("redirect_uri is not one that the program has registered");
    }
    return new Recipient(client.clientId(), asked, true, state);
  }

  /**
   * What is asked for.
   *
   * @throws OAuthException the error's own code, to be sent to the recipient
   */
  AuthorizationRequest read(
      RegisteredClient client, Recipient recipient, FormParameters parameters) {
    return read(client, recipient, parameters, (asked, scope) -> passwordAcr(asked));
  }

  /** Which {@code acr} a request gets. */
  @FunctionalInterface
  public interface AcrChoice {
    /**
     * @param asked what the request says of it
     * @throws OAuthException {@code unmet_authentication_requirements}
     */
    @Nullable String choose(AskedAcr asked, Scope scope);
  }

  /**
   * What a request says of {@code acr}.
   *
   * @param values {@code acr_values}; null where it has none
   * @param claimed the values in {@code claims} (OpenID Connect Core §5.5.1.1), empty for any; null
   *     where it has none
   * @param essential whether one of those is needed
   */
  public record AskedAcr(
      @Nullable List<String> values, @Nullable List<String> claimed, boolean essential) {

    private static AskedAcr of(@Nullable String values, ClaimsParameter.@Nullable Acr claim) {
      return new AskedAcr(
          values == null ? null : List.of(values.split(" ", 64)),
          claim == null ? null : claim.values(),
          claim != null && claim.essential() && !claim.values().isEmpty());
    }

    /** What is necessary, the most wanted first; null where nothing is. */
    public @Nullable List<String> necessary() {
      return values == null && essential ? claimed : values;
    }
  }

  /**
   * draft-ietf-oauth-first-party-apps-04 §5.1. What is asked for at the authorization challenge
   * endpoint: the same, and the answer is sent nowhere.
   *
   * @throws OAuthException the error's own code
   */
  public AuthorizationRequest read(
      RegisteredClient client, FormParameters parameters, AcrChoice acr) {
    String state = parameters.optional("state");
    return read(client, new Recipient(client.clientId(), NOWHERE, false, state), parameters, acr);
  }

  private AuthorizationRequest read(
      RegisteredClient client, Recipient recipient, FormParameters parameters, AcrChoice acr) {
    form(client, parameters);
    String challenge = challenge(parameters);
    Scope asked = ScopePolicy.asked(parameters.optional("scope"));
    Resource resource =
        resources.choose(parameters.all("resource"), asked == null ? Scope.NONE : asked);
    Scope scope = ScopePolicy.forPerson(client, resource, asked);
    ClaimsParameter claims = claims(parameters.optional("claims"), scope);
    return new AuthorizationRequest(
        client.clientId(),
        recipient.redirectUri(),
        recipient.redirectUriSent(),
        recipient.state(),
        scope.toString(),
        resource.identifier(),
        challenge,
        bounded(parameters, "nonce", AuthorizationRequest.MAX_NONCE),
        keyThumbprint(parameters.optional("dpop_jkt")),
        prompt(parameters.optional("prompt")),
        maxAge(parameters.optional("max_age")),
        acr.choose(AskedAcr.of(parameters.optional("acr_values"), claims.acr()), scope),
        hint(parameters.optional("login_hint")),
        claims.claims().beyond(scope).within(ScopePolicy.registered(client)),
        claims.subjects(),
        McpContext.of(parameters));
  }

  /** What kind of request it is, and whether the client may make it. */
  private static void form(RegisteredClient client, FormParameters parameters) {
    if (parameters.optional("request") != null) {
      throw new OAuthException(
          ErrorCode.REQUEST_NOT_SUPPORTED, "request objects are not taken; use parameters");
    }
    if (parameters.optional("request_uri") != null) {
      throw new OAuthException(
          ErrorCode.REQUEST_URI_NOT_SUPPORTED,
          "request_uri is taken from the pushed authorization request endpoint only");
    }
    if (!client.metadata().grants().contains(GrantTypes.AUTHORIZATION_CODE)) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT, "the client is not registered for authorization_code");
    }
    if (!parameters.required("response_type").equals("code")) {
      throw new OAuthException(
          ErrorCode.UNSUPPORTED_RESPONSE_TYPE, "the only response_type is code");
    }
    String mode = parameters.optional("response_mode");
    if (mode != null && !mode.equals("query")) {
      throw invalid("the only response_mode is query");
    }
  }

  /** RFC 7636 §4.3 and §4.4.1; without a method it would be plain, which is refused. */
  private static String challenge(FormParameters parameters) {
    String challenge = parameters.optional("code_challenge");
    if (challenge == null) {
      throw invalid("code_challenge is missing: PKCE is required (RFC 7636)");
    }
    if (!Pkce.S256.equals(parameters.optional("code_challenge_method"))) {
      throw invalid("code_challenge_method must be S256");
    }
    if (!isHash(challenge)) {
      throw invalid("code_challenge must be BASE64URL(SHA256(code_verifier)): 43 characters");
    }
    return challenge;
  }

  /** RFC 9449 §10. */
  private static @Nullable String keyThumbprint(@Nullable String text) {
    if (text != null && !isHash(text)) {
      throw invalid("dpop_jkt must be the JWK SHA-256 thumbprint of a key: 43 characters");
    }
    return text;
  }

  private static boolean isHash(String text) {
    return text.length() == HASH_LENGTH && text.matches("[A-Za-z0-9_-]*");
  }

  private static List<Prompt> prompt(@Nullable String text) {
    List<Prompt> prompts = new ArrayList<>();
    for (String word : text == null ? new String[0] : text.split(" ", 16)) {
      if (!PROMPTS.contains(word)) {
        throw invalid("prompt must be of " + String.join(", ", PROMPTS));
      }
      prompts.add(Prompt.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    if (prompts.contains(Prompt.NONE) && prompts.size() > 1) {
      throw invalid("prompt=none goes with no other value");
    }
    return prompts;
  }

  private static @Nullable Long maxAge(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1,10}")) {
      throw invalid("max_age must be a number of seconds");
    }
    return Long.valueOf(text);
  }

  /** OpenID Connect Core §5.5: without openid nobody would look at it, at the person it names. */
  private static ClaimsParameter claims(@Nullable String text, Scope scope) {
    if (text != null && !scope.contains("openid")) {
      throw invalid("claims needs the scope openid");
    }
    return ClaimsParameter.read(text);
  }

  /**
   * RFC 9470 §5: what {@code acr_values} asks for is necessary, so what cannot be is said at once.
   * OpenID Connect Core §5.5.1.1: so is what {@code claims} calls essential; where it does not, the
   * answer is what the sign-in was.
   */
  private static @Nullable String passwordAcr(AskedAcr asked) {
    if (asked.claimed() != null && asked.essential()) {
      String met = met(asked.claimed());
      return asked.values() == null ? met : met(asked.values());
    }
    if (asked.values() != null) {
      return met(asked.values());
    }
    return asked.claimed() == null ? null : PASSWORD_ACR;
  }

  private static String met(List<String> values) {
    return values.stream()
        .filter(MET::contains)
        .findFirst()
        .orElseThrow(() ->
            new OAuthException(
                ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
                "none of the acr values can be met here; people sign in with a password, which is "
                    + PASSWORD_ACR));
  }

  /** The same {@code acr} where a sign-in in a browser meets it; null otherwise. */
  static @Nullable String inBrowser(@Nullable String acr) {
    return acr != null && MET.contains(acr) ? acr : null;
  }

  private static @Nullable String hint(@Nullable String text) {
    return text == null || text.length() > MAX_HINT ? null : text;
  }

  private static @Nullable String bounded(FormParameters parameters, String name, int most) {
    String value = parameters.optional(name);
    if (value != null && value.length() > most) {
      throw invalid(name + " is longer than " + most + " characters");
    }
    return value;
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

package dev.latchstring.client.machine;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 6749 §4.4 and §4.5 with RFC 8707 and RFC 9449. One grant's way to one token: says who the
 * client is, asks, and looks at the answer. Where the server takes proofs the token is bound to a
 * key that lives in this process's memory; an authorization server that issues one that is not
 * bound all the same is refused where the MCP server takes no other.
 *
 * <p>Used by one thread at a time.
 */
public final class MachineExchange {
  private final URI server;
  private final MachineGrant grant;
  private final @Nullable String pinnedIssuer;
  private final boolean binds;
  private final Registration registration;
  private final Http http;
  private final ClientRequests requests;
  private final Clock clock;
  private final SecureRandom random;
  private @Nullable DpopProofs key;

  /**
   * @param pinnedIssuer the only authorization server that the grant's credentials may go to; null
   *     where the person named none
   * @param binds whether tokens are bound to a key where the server takes one; false for tokens
   *     that are handed on to programs that have no key
   */
  public MachineExchange(
      URI server,
      MachineGrant grant,
      @Nullable String pinnedIssuer,
      boolean binds,
      Registration registration,
      Http http,
      ClientRequests requests,
      Clock clock,
      SecureRandom random) {
    this.server = server;
    this.grant = grant;
    this.pinnedIssuer = pinnedIssuer;
    this.binds = binds;
    this.registration = registration;
    this.http = http;
    this.requests = requests;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A new token.
   *
   * @param scope what is asked for; empty for none in particular
   * @throws ClientException {@link Problem#CLIENT_REFUSED}, {@link Problem#REFUSED}, {@link
   *     Problem#CREDENTIAL_UNAVAILABLE}, {@link Problem#REGISTRATION_IMPOSSIBLE}, {@link
   *     Problem#LOGIN_REQUIRED}, {@link Problem#NETWORK}, {@link Problem#METADATA_INVALID}
   */
  AccessToken token(Discovered at, Scope scope) {
    requirePinned(at);
    ClientAuthentication client = client(at);
    boolean required = at.requiresProofs();
    if (required && !binds) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          server + " takes no token that is not bound to a key, which only this process would have",
          "let the requests go through latch connect; or use latch token --headers for each");
    }
    MachineRequest request =
        new MachineRequest(
            at,
            scope,
            pinnedIssuer != null || at.settings().value(Setting.ISSUER) != null,
            binds && (required || at.takesProofs()) ? key() : null,
            http,
            requests,
            clock);
    GrantForm form = grant.form(request);
    Map<String, String> parameters = new LinkedHashMap<>(form.parameters());
    if (!scope.isEmpty()) {
      parameters.put("scope", scope.toString());
    }
    parameters.putAll(at.parameters(RequestKind.TOKEN));
    Answer<TokenResponse> answer =
        new TokenEndpoint(requests)
            .request(request.tokenEndpoint(), client, form.key(), required, parameters);
    return switch (answer) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) -> {
        grant.accept(tokens);
        yield accessToken(at, scope, tokens, form.key());
      }
      case Answer.Refused<TokenResponse> refused -> throw refused(refused, client, form);
    };
  }

  /** MCP, "Authorization Server Binding": before anything is read or sent. */
  private void requirePinned(Discovered at) {
    if (pinnedIssuer != null && !pinnedIssuer.equals(at.issuer())) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "this machine's credentials belong to "
              + pinnedIssuer
              + ", and the logins of "
              + server
              + " are done at "
              + ServerText.quote(at.issuer()),
          "configure credentials that are known there; they are never sent elsewhere");
    }
  }

  private ClientAuthentication client(Discovered at) {
    ClientIdentity known = registration.known(at);
    ClientIdentity identity =
        switch (grant.client()) {
          case CONFIDENTIAL -> confidential(known, at);
          case KNOWN -> known == null ? registration.obtain(at) : known;
          case OPTIONAL -> known;
        };
    return identity == null
        ? ClientAuthentication.nobody()
        : ClientAuthentication.to(at.authorizationServer(), identity);
  }

  private ClientIdentity confidential(@Nullable ClientIdentity known, Discovered at) {
    if (known == null || !known.isConfidential()) {
      throw new ClientException(
          Problem.REGISTRATION_IMPOSSIBLE,
          grant.name().text()
              + " needs a client that was registered by hand at "
              + at.issuer()
              + ", with a secret or a key",
          "set LATCH_CLIENT_ID, and LATCH_CLIENT_SECRET or LATCH_CLIENT_KEY");
    }
    return known;
  }

  private DpopProofs key() {
    DpopProofs present = key;
    if (present == null) {
      present = new DpopProofs(DpopProofs.newKey(random), clock, random);
      key = present;
    }
    return present;
  }

  private AccessToken accessToken(
      Discovered at, Scope asked, TokenResponse tokens, @Nullable DpopProofs proven) {
    Long life = tokens.expiresIn();
    Instant end =
        life == null ? null : clock.instant().plusSeconds(Math.clamp(life, 0, Integer.MAX_VALUE));
    boolean bound = AccessToken.DPOP.equalsIgnoreCase(tokens.tokenType());
    return new AccessToken(
        String.valueOf(tokens.accessToken()),
        bound ? AccessToken.DPOP : AccessToken.BEARER,
        at.resource(),
        granted(asked, tokens),
        end,
        bound ? proven : null);
  }

  /** A scope that cannot be read must not cost the token that came with it. */
  private static Scope granted(Scope asked, TokenResponse tokens) {
    try {
      return tokens.scope() == null ? asked : Scope.parse(tokens.scope());
    } catch (OAuthException e) {
      return asked;
    }
  }

  private ClientException refused(
      Answer.Refused<TokenResponse> refused, ClientAuthentication client, GrantForm form) {
    String who =
        client.clientId().isEmpty()
            ? "this machine"
            : "the client " + ServerText.clean(client.clientId(), 200);
    String what = who + " got no token for " + server + " by " + grant.name().text();
    if (refused.is(ErrorCode.INVALID_CLIENT) || refused.is(ErrorCode.UNAUTHORIZED_CLIENT)) {
      return refused.as(
          Problem.CLIENT_REFUSED,
          what,
          client.clientId().isEmpty()
              ? "set LATCH_CLIENT_ID: this authorization server wants to know the client"
              : "check LATCH_CLIENT_ID, LATCH_CLIENT_SECRET or LATCH_CLIENT_KEY, and what the"
                  + " client may do");
    }
    if (refused.is(ErrorCode.INVALID_GRANT)) {
      return refused.as(
          Problem.REFUSED,
          what,
          "check that the authorization server trusts "
              + grant.describe()
              + stated(form)
              + ", and the clock of this machine");
    }
    if (refused.is(ErrorCode.INVALID_SCOPE)) {
      return refused.as(
          Problem.REFUSED,
          what,
          "ask for what it may have alone: pin scope, or --pin scope=\"A B\"");
    }
    // RFC 8693 §2.2.2 has invalid_request for a token that is not accepted.
    boolean exchanged = grant instanceof TokenExchange && refused.is(ErrorCode.INVALID_REQUEST);
    return refused.as(
        Problem.REFUSED,
        what,
        exchanged
            ? "check "
                + grant.describe()
                + ", and that it is what LATCH_SUBJECT_TOKEN_TYPE says: "
                + form.parameters().get("subject_token_type")
            : null);
  }

  /** Of whom and about whom a platform's assertion is: what its trust is configured by. */
  private String stated(GrantForm form) {
    String assertion = form.parameters().get("assertion");
    Jwt jwt = assertion == null || grant instanceof IdJag ? null : Jwt.of(assertion);
    if (jwt == null) {
      return "";
    }
    String of = jwt.issuer();
    JsonNode sub = jwt.claims().path("sub");
    String about = sub.isString() ? sub.stringValue() : null;
    return of == null || about == null || grant.describe().contains(about)
        ? ""
        : ", which is of " + ServerText.quote(of) + " about " + ServerText.quote(about);
  }
}

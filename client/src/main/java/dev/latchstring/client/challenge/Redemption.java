package dev.latchstring.client.challenge;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.login.Revocation;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §6. Codes and refresh tokens of a login by challenge, at the
 * token endpoint.
 */
final class Redemption {
  private final URI tokenEndpoint;
  private final @Nullable URI revocationEndpoint;
  private final ClientAuthentication client;
  private final ClientRequests requests;
  private final InstantSource clock;

  Redemption(
      AuthorizationServerMetadata server,
      Trust trust,
      ClientAuthentication client,
      ClientRequests requests,
      InstantSource clock) {
    this.tokenEndpoint = trust.require("token_endpoint", String.valueOf(server.tokenEndpoint()));
    String revocation = server.revocationEndpoint();
    this.revocationEndpoint =
        revocation == null ? null : trust.require("revocation_endpoint", revocation);
    this.client = client;
    this.requests = requests;
    this.clock = clock;
  }

  /** What the token endpoint decided. */
  sealed interface Result {
    record Granted(ChallengeTokens tokens) implements Result {}

    /**
     * @param error the server's code, fit to be shown
     * @param authSession a secret
     */
    record Refused(String error, @Nullable String description, @Nullable String authSession)
        implements Result {
      ChallengeTurn ended(ChallengeTurn.Ending otherwise) {
        boolean client = error.equals("invalid_client") || error.equals("unauthorized_client");
        return new ChallengeTurn.Ended(
            client ? ChallengeTurn.Ending.CLIENT_REFUSED : otherwise, error, description);
      }

      /** Without the session. */
      @Override
      public String toString() {
        return "Refused[" + error + "]";
      }
    }
  }

  /**
   * RFC 6749 §4.1.3.
   *
   * @param redirectUri where a browser brought the code; null where the challenge endpoint gave it
   */
  Result code(ChallengeState state, String code, @Nullable URI redirectUri) {
    ChallengeState.Facts facts = state.facts();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("code_verifier", facts.verifier());
    if (redirectUri != null) {
      form.put("redirect_uri", redirectUri.toString());
    }
    return ask(form, state, facts.request().scope(), null);
  }

  /** RFC 6749 §6. */
  Result refresh(ChallengeTokens tokens) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", String.valueOf(tokens.refreshToken()));
    return ask(form, tokens.state(), tokens.accessToken().scope(), tokens.refreshToken());
  }

  private Result ask(
      Map<String, String> form, ChallengeState state, Scope asked, @Nullable String refreshToken) {
    URI resource = state.facts().request().resource();
    form.putAll(
        state.facts().request().settings().parameters(RequestKind.TOKEN, resource.toString()));
    DpopProofs key = state.facts().key();
    return switch (new TokenEndpoint(requests).request(tokenEndpoint, client, key, form)) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) -> {
        ChallengeState next = state.in(tokens.authSession());
        yield new Result.Granted(
            new ChallengeTokens(
                accessToken(tokens, resource, asked, key),
                tokens.refreshToken() == null ? refreshToken : tokens.refreshToken(),
                tokens.idToken(),
                next.facts().authSession(),
                next));
      }
      case Answer.Refused<TokenResponse> refused ->
          new Result.Refused(
              ServerText.clean(refused.error(), 100),
              refused.description() == null ? null : ServerText.clean(refused.description(), 200),
              refused.authSession());
    };
  }

  private AccessToken accessToken(TokenResponse tokens, URI resource, Scope asked, DpopProofs key) {
    Instant now = clock.instant();
    Long life = tokens.expiresIn();
    return new AccessToken(
        String.valueOf(tokens.accessToken()),
        AccessToken.DPOP,
        resource,
        scope(tokens, asked),
        life == null ? null : now.plusSeconds(Math.clamp(life, 0, Integer.MAX_VALUE)),
        key);
  }

  private static Scope scope(TokenResponse tokens, Scope asked) {
    try {
      return tokens.scope() == null ? asked : Scope.parse(tokens.scope());
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint granted a scope that cannot be: " + e.description(),
          "ask the authorization server's operator to correct it");
    }
  }

  LogoutResult revoke(ChallengeTokens tokens) {
    return new Revocation(requests)
        .revoke(revocationEndpoint, client, tokens.refreshToken(), tokens.accessToken().value());
  }
}

package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestStore;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §4.1 and §5. The authorization challenge endpoint: a client
 * of the operator's own asks the person itself.
 *
 * <p>{@code docs/challenge-profile.md} says what the draft leaves open.
 */
public final class ChallengeEndpoint implements Endpoint {
  private final String path;
  private final ClientAuthentication authentication;
  private final RegisteredClients clients;
  private final KeyProofs proofs;
  private final AuthSessionStore sessions;
  private final Beginning beginning;
  private final Answering answering;

  /**
   * @param path where it is, below the issuer
   * @param requests where requests are kept that go on in a browser
   * @param limit how often one address may begin for clients that prove nothing
   */
  public ChallengeEndpoint(
      String path,
      ClientAuthentication authentication,
      RegisteredClients clients,
      KeyProofs proofs,
      AuthorizationRequestRules rules,
      ChallengePolicy policy,
      Database database,
      AuthSessionStore sessions,
      AuthorizationCodeStore codes,
      AuthorizationRequestStore requests,
      AttemptStore attempts,
      AddressLimit limit,
      Clock clock) {
    this.path = path;
    this.authentication = authentication;
    this.clients = clients;
    this.proofs = proofs;
    this.sessions = sessions;
    Conversation conversation =
        new Conversation(policy.contexts(), policy.people(), policy.attempts(), clock);
    Turnstile turnstile = new Turnstile(database, sessions, attempts, clock);
    Responses responses = new Responses(conversation, sessions, rules, requests);
    Settlement settlement =
        new Settlement(
            database,
            sessions,
            codes,
            attempts,
            turnstile,
            conversation,
            responses,
            policy.sessionLifetime(),
            policy.risk());
    this.beginning =
        new Beginning(
            rules,
            clients,
            policy.risk(),
            conversation,
            sessions,
            turnstile,
            settlement,
            responses,
            limit);
    this.answering =
        new Answering(conversation, sessions, attempts, turnstile, settlement, responses);
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    String session = form.optional("auth_session");
    RegisteredClient client = client(exchange, form, session);
    requireFirstParty(client, form);
    exchange.checks().begin("proof_of_possession");
    ChallengeRequest request =
        new ChallengeRequest(
            client, form, key(exchange, client), session, exchange.clientAddress());
    exchange.checks().begin("challenge");
    exchange.checks().note("scope_asked", form.optional("scope"));
    respond(request).write(exchange);
  }

  private ChallengeResponse respond(ChallengeRequest request) {
    try {
      return request.form().optional("step") == null
          ? beginning.begin(request)
          : answering.answer(request);
    } catch (TooOften e) {
      if (request.authSession() == null) {
        throw new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE, "this was asked too often; try again soon");
      }
      return new ChallengeResponse.Later(request.session(), e.delay());
    }
  }

  /** §5.1: a public client may leave its name out where a session tells it. */
  private RegisteredClient client(
      Exchange exchange, FormParameters form, @Nullable String session) {
    if (session != null && !ClientAuthentication.isAttempted(exchange, form)) {
      return sessions
          .clientOf(session)
          .flatMap(clients::find)
          .filter(RegisteredClient::isPublic)
          .orElseThrow(() ->
              new OAuthException(
                  ErrorCode.INVALID_CLIENT, "authenticate the client with every request"));
    }
    RegisteredClient client = authentication.authenticate(exchange, form);
    String named = form.optional("client_id");
    if (named != null && !named.equals(client.clientId())) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "client_id is not the client that authenticated");
    }
    return client;
  }

  private static void requireFirstParty(RegisteredClient client, FormParameters form) {
    if (!client.isFirstParty()) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT,
          "this endpoint is for clients that the operator marked as first_party");
    }
    if (!form.required("response_type").equals("code")) {
      throw new OAuthException(
          ErrorCode.UNSUPPORTED_RESPONSE_TYPE, "the only response_type is code");
    }
  }

  private @Nullable String key(Exchange exchange, RegisteredClient client) {
    String key = proofs.keyThumbprint(exchange, path);
    if (key == null && client.metadata().bindsAccessTokens()) {
      throw new OAuthException(
          ErrorCode.INVALID_DPOP_PROOF,
          "the client is registered to bind its tokens (dpop_bound_access_tokens); send a DPoP"
              + " proof");
    }
    return key;
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.browser.AuthorizationResponse;
import dev.latchstring.client.browser.CallbackPage;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * RFC 8252 and RFC 7636. Login in the person's browser, which comes back to a port of this machine;
 * or the person copies what it came back to.
 *
 * <p>Nobody is asked afterwards who approved: state and verifier bind the answer to this very
 * login, whose address was shown here and nowhere else.
 */
final class CodeLogin implements Login {
  private static final Duration LONGEST = Duration.ofHours(1);

  private final LoginContext context;
  private final Discovered at;
  private final TokenBinding binding;
  private final Cancellation cancellation = new Cancellation();

  CodeLogin(LoginContext context) {
    this.context = context;
    this.at = context.at();
    this.binding = TokenBinding.of(context);
  }

  @Override
  public FlowName flow() {
    return FlowName.CODE;
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public LoginOutcome run(LoginPrompt prompt) {
    return cancellation.during(() -> start(prompt));
  }

  private LoginOutcome start(LoginPrompt prompt) throws InterruptedException {
    try (BrowserVisit visit = BrowserVisit.open(context)) {
      CodeRequest request = CodeRequest.of(context, visit.redirectUri(), binding);
      RequestAddress.Made made = new RequestAddress(context, binding).make(request);
      Optional<AuthorizationResponse> response =
          visit.to(made.address(), request.state(), LONGEST, prompt);
      if (response.isEmpty()) {
        return new LoginOutcome.Expired();
      }
      try {
        return answered(visit, request, made.identity(), response.get());
      } catch (ClientException e) {
        visit.finish(CallbackPage.failed("The login could not be completed."));
        throw e;
      }
    }
  }

  private LoginOutcome answered(
      BrowserVisit visit,
      CodeRequest request,
      ClientIdentity identity,
      AuthorizationResponse response) {
    return switch (response) {
      case AuthorizationResponse.Misdirected misdirected ->
          throw new IllegalStateException("refused before");
      case AuthorizationResponse.Refusal refusal -> refused(visit, refusal);
      case AuthorizationResponse.Code(String code) -> {
        Approval approval = redeem(visit, request, identity, code);
        visit.finish(
            CallbackPage.signedIn(
                ServerText.clean(approval.identity().display(), Identity.MAX_LENGTH),
                String.valueOf(at.server().getHost())));
        yield new LoginOutcome.Approved(approval);
      }
    };
  }

  private static LoginOutcome refused(BrowserVisit visit, AuthorizationResponse.Refusal refusal) {
    if (refusal.error().equals(ErrorCode.ACCESS_DENIED.code())) {
      visit.finish(CallbackPage.denied());
      return new LoginOutcome.Denied();
    }
    throw refusal(refusal);
  }

  /** What a browser brought in the place of a code. */
  static ClientException refusal(AuthorizationResponse.Refusal refusal) {
    boolean later =
        refusal.error().equals(ErrorCode.SERVER_ERROR.code())
            || refusal.error().equals(ErrorCode.TEMPORARILY_UNAVAILABLE.code());
    return new ClientException(
        later ? Problem.NETWORK : Problem.REFUSED,
        "the login was refused in the browser: "
            + refusal.error()
            + (refusal.description() == null ? "" : ", " + ServerText.quote(refusal.description())),
        later ? "try again later" : RefusalHint.of(refusal.error(), refusal.description(), null));
  }

  private Approval redeem(
      BrowserVisit visit, CodeRequest request, ClientIdentity identity, String code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", visit.redirectUri().toString());
    form.put("code_verifier", request.verifier());
    form.putAll(at.parameters(RequestKind.TOKEN));
    ClientAuthentication client =
        ClientAuthentication.of(
            identity, at.authorizationServer().tokenEndpointAuthMethodsSupported());
    URI endpoint = URI.create(String.valueOf(at.authorizationServer().tokenEndpoint()));
    Answer<TokenResponse> answer =
        new TokenEndpoint(context.requests())
            .request(endpoint, client, binding.proofs(), binding.required(), form);
    return switch (answer) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) ->
          context.approvals().openProven(tokens, at, request.scope(), client, binding.proof());
      case Answer.Refused<TokenResponse> refused -> throw notRedeemed(identity, refused);
    };
  }

  /** A code is good once, so it is not tried again; a client that is not known registers anew. */
  private ClientException notRedeemed(
      ClientIdentity identity, Answer.Refused<TokenResponse> refused) {
    if (refused.is(ErrorCode.INVALID_CLIENT)) {
      context.registration().forget(at.issuer(), identity.clientId());
      return refused.as(
          Problem.CLIENT_REFUSED,
          "the login was not completed",
          "start it again; where a client is configured, check its secret or key");
    }
    return refused.as(
        Problem.REFUSED,
        "the login was not completed",
        RefusalHint.of(refused.error(), refused.description(), "start the login again"));
  }
}

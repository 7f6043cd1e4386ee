package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.store.PendingLogin;
import dev.latchstring.client.store.StoredPending;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.DeviceAuthorizationResponse;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** RFC 8628 §3.1. How a device login begins: with the code of one that waits, or with a new one. */
final class DeviceStart {
  private final LoginContext context;
  private final Discovered at;
  private final Scope scope;
  private final Registration registration;

  DeviceStart(LoginContext context) {
    this.context = context;
    this.at = context.at();
    this.scope = context.scope();
    this.registration = context.registration();
  }

  /** A login that waits for its person, the client that polls, and the key that it proves. */
  record Started(PendingLogin login, ClientAuthentication client, TokenBinding binding) {}

  /** The server does not know the client, so that its login has another place. */
  private static final class ClientForgotten extends Exception {
    private final transient Answer.Refused<DeviceAuthorizationResponse> refused;

    ClientForgotten(Answer.Refused<DeviceAuthorizationResponse> refused) {
      super(null, null, false, false);
      this.refused = refused;
    }
  }

  /**
   * Joins or starts the login; with a new registration where the server forgot this client's.
   *
   * @param discard revokes tokens that nobody confirmed in time
   */
  Started join(Consumer<StoredPending> discard) {
    ClientIdentity identity = registration.obtain(at);
    try {
      return join(identity, discard);
    } catch (ClientForgotten e) {
      try {
        return join(registration.renew(at, identity), discard);
      } catch (ClientForgotten again) {
        throw notStarted(again.refused);
      }
    }
  }

  /** The client that polls and revokes. */
  ClientAuthentication client() {
    return authentication(registration.obtain(at));
  }

  private Started join(ClientIdentity identity, Consumer<StoredPending> discard)
      throws ClientForgotten {
    ClientAuthentication client = authentication(identity);
    TokenBinding fresh = TokenBinding.of(context);
    StoredPending.Asked asked = asked(client, fresh);
    AtomicReference<Answer.@Nullable Refused<DeviceAuthorizationResponse>> forgotten =
        new AtomicReference<>();
    try {
      PendingLogin login =
          context
              .waiting()
              .join(
                  StoredPending.slot(at.server(), context.account(), asked),
                  () -> start(client, asked, forgotten),
                  discard);
      return new Started(login, client, fresh.with(login.present().asked().dpopKey(), context));
    } catch (ClientException e) {
      Answer.Refused<DeviceAuthorizationResponse> refused = forgotten.get();
      if (refused != null) {
        throw new ClientForgotten(refused);
      }
      throw e;
    }
  }

  private StoredPending start(
      ClientAuthentication client,
      StoredPending.Asked asked,
      AtomicReference<Answer.@Nullable Refused<DeviceAuthorizationResponse>> forgotten) {
    return switch (authorize(client)) {
      case Answer.Refused<DeviceAuthorizationResponse> refused -> {
        forgotten.set(refused.is(ErrorCode.INVALID_CLIENT) ? refused : null);
        throw notStarted(refused);
      }
      case Answer.Granted<DeviceAuthorizationResponse>(DeviceAuthorizationResponse response) -> {
        Instant now = context.clock().instant();
        DeviceAuthorization accepted =
            DeviceAuthorization.accept(response, at, registration.clientName(at), scope, now);
        DeviceCode shown = accepted.shown();
        yield StoredPending.started(
            at.server().toString(),
            context.account(),
            Secrets.newToken(context.random()),
            asked,
            new StoredPending.Code(
                accepted.deviceCode(),
                shown.userCode(),
                shown.verificationUri(),
                shown.verificationUriComplete(),
                shown.clientName()),
            shown.interval().toMillis(),
            now.toEpochMilli(),
            shown.expiresAt().toEpochMilli());
      }
    };
  }

  private StoredPending.Asked asked(ClientAuthentication client, TokenBinding binding) {
    return new StoredPending.Asked(
        at.issuer(),
        at.resource().toString(),
        scope.toString(),
        String.valueOf(at.authorizationServer().tokenEndpoint()),
        at.authorizationServer().revocationEndpoint(),
        client.clientId(),
        client.clientSecret(),
        client.method(),
        context.options().anotherPerson(),
        binding.proof().dpopKey(),
        at.settings().isEmpty() ? null : at.settings().values());
  }

  private Answer<DeviceAuthorizationResponse> authorize(ClientAuthentication client) {
    String endpoint = at.authorizationServer().deviceAuthorizationEndpoint();
    if (endpoint == null) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN, at.issuer() + " offers no device login", null);
    }
    Map<String, String> form = new LinkedHashMap<>();
    if (!scope.isEmpty()) {
      form.put("scope", CodeRequest.offline(scope, at.authorizationServer()).toString());
    }
    form.putAll(at.parameters(RequestKind.DEVICE));
    return Answer.read(
        "device authorization endpoint",
        context.requests().post(URI.create(endpoint), client, null, form),
        DeviceAuthorizationResponse.class);
  }

  private ClientException notStarted(Answer.Refused<DeviceAuthorizationResponse> refused) {
    if (refused.is(ErrorCode.INVALID_CLIENT) || refused.is(ErrorCode.UNAUTHORIZED_CLIENT)) {
      return refused.as(
          Problem.CLIENT_REFUSED,
          "the login could not be started",
          "this client may not use the device flow there; register one that may, or, for a"
              + " machine's own client, ask for the token without a login");
    }
    return refused.as(
        Problem.REFUSED,
        "the login could not be started",
        RefusalHint.of(refused.error(), refused.description(), null));
  }

  private ClientAuthentication authentication(ClientIdentity identity) {
    return ClientAuthentication.of(
        identity, at.authorizationServer().tokenEndpointAuthMethodsSupported());
  }
}

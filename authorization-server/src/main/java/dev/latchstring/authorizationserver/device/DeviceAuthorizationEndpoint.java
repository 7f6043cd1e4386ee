package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import dev.latchstring.oauth.message.DeviceAuthorizationResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;

/** RFC 8628 §3.1 and §3.2. A device asks for a code that its user can take elsewhere. */
public final class DeviceAuthorizationEndpoint implements Endpoint {
  private final String verificationUri;
  private final ClientAuthentication authentication;
  private final ResourcePolicy resources;
  private final DeviceAuthorizationStore devices;
  private final AddressLimit limit;
  private final Clock clock;

  /**
   * @param verificationUri where people enter the code
   * @param limit how often one address may ask
   */
  public DeviceAuthorizationEndpoint(
      String verificationUri,
      ClientAuthentication authentication,
      ResourcePolicy resources,
      DeviceAuthorizationStore devices,
      AddressLimit limit,
      Clock clock) {
    this.verificationUri = verificationUri;
    this.authentication = authentication;
    this.resources = resources;
    this.devices = devices;
    this.limit = limit;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    RegisteredClient client = authentication.authenticate(exchange, form);
    exchange.checks().begin("grant_type");
    if (!client.metadata().grants().contains(GrantTypes.DEVICE_CODE)) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT, "the client is not registered for the device flow");
    }
    exchange.checks().begin("resource_and_scope");
    exchange.checks().note("scope_asked", form.optional("scope"));
    Scope asked = ScopePolicy.asked(form.optional("scope"));
    Resource resource = resources.choose(form.all("resource"), asked == null ? Scope.NONE : asked);
    Scope scope = ScopePolicy.forPerson(client, resource, asked);
    McpContext context = McpContext.of(form);
    exchange.checks().note("resource", resource.identifier());
    exchange.checks().begin("address_limit");
    limit.count(AttemptKey.Kind.DEVICE_AUTHORIZATION_ADDRESS, exchange.clientAddress());
    exchange.checks().begin("issue");
    DeviceAuthorizationRequest request =
        new DeviceAuthorizationRequest(
            client.clientId(),
            scope,
            resource.identifier(),
            exchange.clientAddress(),
            exchange.header("User-Agent"),
            context);
    exchange.answerLater(devices.create(request), codes -> exchange.answer(response(codes)));
  }

  private DeviceAuthorizationResponse response(IssuedCodes codes) {
    String userCode = codes.userCode().display();
    return new DeviceAuthorizationResponse(
        codes.deviceCode(),
        userCode,
        verificationUri,
        verificationUri + "?user_code=" + userCode,
        seconds(Duration.between(clock.instant(), codes.expiresAt())),
        codes.interval().toSeconds());
  }

  /** Rounded to the nearest: the code was made a few milliseconds ago. */
  private static long seconds(Duration duration) {
    return duration.plusMillis(500).toSeconds();
  }
}

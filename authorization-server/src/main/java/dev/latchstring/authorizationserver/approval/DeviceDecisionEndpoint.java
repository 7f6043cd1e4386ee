package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptKey.Kind;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import dev.latchstring.authorizationserver.approval.PersonsPrograms.Program;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.device.Decision;
import dev.latchstring.authorizationserver.device.DeviceAuthorization;
import dev.latchstring.authorizationserver.device.DeviceAuthorization.State;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationRequest;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.UserCode;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.Waiting;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ErrorResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628 §3.3 without a browser: a person decides a device login in a program of theirs.
 *
 * <p>POST with {@code user_code} shows what is asked; with {@code decision}, {@code allow} or
 * {@code deny}, it is decided. A wrong code counts as it does on the page, against the login of the
 * program, the person and the network (§5.1): {@code temporarily_unavailable} with status 429 and
 * {@code Retry-After}. A code that is expired, decided or never was is {@code invalid_grant}.
 */
public final class DeviceDecisionEndpoint implements Endpoint {
  /** Where it is, below the issuer. */
  public static final String PATH = "/approvals/device";

  private final PersonsPrograms programs;
  private final DeviceAuthorizationStore authorizations;
  private final AttemptStore attempts;
  private final AccessDescription access;

  public DeviceDecisionEndpoint(
      PersonsPrograms programs,
      DeviceAuthorizationStore authorizations,
      AttemptStore attempts,
      AccessDescription access) {
    this.programs = programs;
    this.authorizations = authorizations;
    this.attempts = attempts;
    this.access = access;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Optional<Program> known = programs.of(exchange, PATH);
    if (known.isEmpty()) {
      return;
    }
    Program program = known.get();
    exchange.checks().begin("user_code");
    FormParameters form = exchange.form();
    String decision = form.optional("decision");
    if (decision != null && !decision.equals("allow") && !decision.equals("deny")) {
      throw new OAuthException(ErrorCode.INVALID_REQUEST, "decision is allow or deny");
    }
    UserCode code =
        UserCode.parse(form.required("user_code"))
            .orElseThrow(() ->
                new OAuthException(
                    ErrorCode.INVALID_REQUEST, "a code has eight letters and no vowels"));
    List<AttemptKey> keys = keys(exchange, program);
    if (attempts.admit(keys) instanceof Admission.Delayed delayed) {
      told("user_code_delayed", exchange, program, null);
      tooMany(exchange, delayed.delay());
      return;
    }
    Optional<DeviceAuthorization> found =
        authorizations.findByUserCode(code).filter(each -> each.state() == State.PENDING);
    if (found.isEmpty()) {
      told("user_code_wrong", exchange, program, null);
      throw over();
    }
    attempts.succeeded(keys);
    if (decision == null) {
      exchange.answer(shown(code, found.get()));
    } else {
      decide(exchange, program, code, found.get(), decision.equals("allow"));
    }
  }

  /** The same three that the page counts; a program's login stands for a browser's session. */
  private static List<AttemptKey> keys(Exchange exchange, Program program) {
    String login = program.token().grantId();
    return List.of(
        new AttemptKey(
            Kind.USER_CODE_SESSION, "grant/" + (login == null ? program.token().jwtId() : login)),
        new AttemptKey(Kind.USER_CODE_SUBJECT, program.person().subject()),
        new AttemptKey(Kind.USER_CODE_ADDRESS, ClientNetwork.of(exchange.clientAddress())));
  }

  private static void tooMany(Exchange exchange, Duration delay) throws IOException {
    exchange.setHeader("Retry-After", Long.toString(Waiting.whole(delay).toSeconds()));
    exchange.answer(
        429,
        Json.bytes(
            new ErrorResponse(
                ErrorCode.TEMPORARILY_UNAVAILABLE.code(),
                "too many wrong codes; wait " + Waiting.words(delay),
                null)));
  }

  private static OAuthException over() {
    return new OAuthException(
        ErrorCode.INVALID_GRANT, "the code is wrong, was used already, or is expired");
  }

  private Map<String, Object> shown(UserCode code, DeviceAuthorization authorization) {
    DeviceAuthorizationRequest request = authorization.request();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("state", "pending");
    shown.put("user_code", code.display());
    shown.put("client", ApprovalsEndpoint.client(access.client(request.clientId())));
    shown.put(
        "resource",
        ApprovalsEndpoint.resource(
            access.resource(request.resource()), access.resourceName(request.resource())));
    shown.put(
        "permissions",
        ApprovalsEndpoint.permissions(
            access.permissions(request.resource(), request.scope(), List.of())));
    String use = AccessDescription.intendedUse(request.context());
    if (use != null) {
      shown.put("intended_use", use);
    }
    shown.put("requested_from", ClientNetwork.bare(request.requestedFrom()));
    shown.put("requested_at", ApprovalDescription.machine(authorization.createdAt()));
    shown.put("expires_at", ApprovalDescription.machine(authorization.expiresAt()));
    return shown;
  }

  private void decide(
      Exchange exchange,
      Program program,
      UserCode code,
      DeviceAuthorization authorization,
      boolean allow)
      throws IOException {
    String subject = program.person().subject();
    Decision decision =
        allow
            ? new Decision.Approve(
                subject,
                authorization.request().scope(),
                program.authenticationTime(),
                program.token().acr(),
                program.token().amr())
            : new Decision.Deny(subject);
    if (!authorizations.decide(code, decision)) {
      throw over();
    }
    told(
        allow ? "device_allowed" : "device_denied",
        exchange,
        program,
        authorization.request().clientId());
    exchange.answer(Map.of("state", allow ? "approved" : "denied"));
  }

  private static void told(
      String event, Exchange exchange, Program program, @Nullable String clientId) {
    SecurityLog.note(
        event,
        "subject",
        program.person().subject(),
        "client_id",
        clientId,
        "with",
        program.channel().text(),
        "address",
        exchange.clientAddress());
  }
}

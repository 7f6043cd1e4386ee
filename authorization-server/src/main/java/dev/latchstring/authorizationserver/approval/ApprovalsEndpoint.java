package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.approval.PersonsPrograms.Program;
import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What waits for a person, for a program of theirs; docs/serve.md describes the JSON.
 *
 * <p>GET lists. POST answers one: {@code approval} is its identifier, {@code decision} is {@code
 * approve} with {@code number}, or {@code deny}. What cannot be a number is {@code invalid_request}
 * and costs nothing; a wrong one costs one of two. What is not this person's, was answered before
 * or is too late is one and the same state, {@code over}.
 */
public final class ApprovalsEndpoint {
  /** Where it is, below the issuer. */
  public static final String PATH = "/approvals/requests";

  private final PersonsPrograms programs;
  private final ApprovalStore approvals;
  private final ApprovalDescription description;

  public ApprovalsEndpoint(
      PersonsPrograms programs, ApprovalStore approvals, ApprovalDescription description) {
    this.programs = programs;
    this.approvals = approvals;
    this.description = description;
  }

  /** GET. */
  public void list(Exchange exchange) throws IOException {
    Optional<Program> program = programs.of(exchange, PATH);
    if (program.isEmpty()) {
      return;
    }
    exchange.answer(
        Map.of(
            "person",
            program.get().personsName(),
            "approvals",
            approvals.waiting(program.get().person().subject()).stream()
                .map(this::entry)
                .toList()));
  }

  private Map<String, Object> entry(WaitingApproval waiting) {
    ApprovalDescription.Words words = description.of(waiting);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("approval", waiting.handle());
    entry.put("client", client(words.client()));
    entry.put("resource", resource(words.resource(), words.resourceName()));
    entry.put("permissions", permissions(words.permissions()));
    entry.put("requested_from", words.address());
    entry.put("requested_at", words.timeMachine());
    entry.put("expires_at", words.expires());
    return entry;
  }

  static Map<String, Object> client(ClientDescription client) {
    return Map.of(
        "client_id", client.clientId(), "name", client.name(), "verified", client.verified());
  }

  static Map<String, Object> resource(String identifier, String name) {
    return Map.of("resource", identifier, "name", name);
  }

  static List<Map<String, Object>> permissions(List<Permission> permissions) {
    return permissions.stream().map(ApprovalsEndpoint::permission).toList();
  }

  private static Map<String, Object> permission(Permission permission) {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("scope", permission.scope());
    if (permission.words() != null) {
      named.put("words", permission.words());
    }
    return named;
  }

  /** POST. */
  public void answer(Exchange exchange) throws IOException {
    Optional<Program> program = programs.of(exchange, PATH);
    if (program.isEmpty()) {
      return;
    }
    exchange.checks().begin("approval");
    FormParameters form = exchange.form();
    String subject = program.get().person().subject();
    Channel channel = program.get().channel();
    String handle = form.required("approval");
    Outcome outcome =
        switch (form.required("decision")) {
          case "approve" -> approvals.approve(subject, handle, number(form), channel);
          case "deny" -> approvals.deny(subject, handle, channel);
          default ->
              throw new OAuthException(ErrorCode.INVALID_REQUEST, "decision is approve or deny");
        };
    ApprovalLog.told(outcome, subject, channel, exchange.clientAddress());
    exchange.answer(
        switch (outcome) {
          case APPROVED -> Map.of("state", "approved");
          case DENIED, DENIED_BY_NUMBER -> Map.of("state", "denied");
          case WRONG_NUMBER -> Map.of("state", "pending", "attempts_left", 1);
          case OVER -> Map.of("state", "over");
          case ASKED_HERE ->
              throw new OAuthException(
                  ErrorCode.ACCESS_DENIED,
                  "what a program asks for it cannot approve itself; approve it elsewhere");
        });
  }

  private static EnteredNumber number(FormParameters form) {
    return EnteredNumber.parse(form.required("number"))
        .orElseThrow(() -> new OAuthException(ErrorCode.INVALID_REQUEST, "number has two digits"));
  }
}

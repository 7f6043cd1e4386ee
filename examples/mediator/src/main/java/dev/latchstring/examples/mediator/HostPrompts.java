package dev.latchstring.examples.mediator;

import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a login before the person, by what their MCP host can do: a form for what {@link FormRule}
 * allows, a link for everything else, and a link as text where the host can do neither.
 */
final class HostPrompts {
  private static final Logger LOG = LoggerFactory.getLogger(HostPrompts.class);

  /** The most forms in one call: a host that answers by itself is not asked for ever. */
  private static final int MOST_FORMS = 5;

  private final Links links;
  private final SignInPage page;
  private final String service;
  private final Duration patience;
  private final InstantSource clock;
  private final Completion completion;

  /** Tells a session's host that the page was answered. */
  @FunctionalInterface
  interface Completion {
    void completed(@Nullable String sessionId, String elicitationId);
  }

  /**
   * @param patience how long a tool call waits for the person; the login goes on after it
   */
  HostPrompts(
      Links links,
      SignInPage page,
      String service,
      Duration patience,
      InstantSource clock,
      Completion completion) {
    this.links = links;
    this.page = page;
    this.service = service;
    this.patience = patience;
    this.clock = clock;
    this.completion = completion;
  }

  /**
   * Has the person answer.
   *
   * @return why they are not signed in, and what to do; empty where they are
   */
  Optional<String> ask(McpSyncServerExchange exchange, Login login) throws InterruptedException {
    Instant until = clock.instant().plus(patience);
    if (!login.startsAsking()) {
      return said(login, login.await(patience));
    }
    try {
      return said(login, asking(exchange, login, until));
    } finally {
      login.stopsAsking();
    }
  }

  private Optional<Login.Outcome> asking(McpSyncServerExchange exchange, Login login, Instant until)
      throws InterruptedException {
    Can can = Can.of(exchange.getClientCapabilities());
    int forms = 0;
    while (clock.instant().isBefore(until) && !login.isOver()) {
      Step step = login.step().orElse(null);
      if (step == null) {
        // The server is busy, or the login just ended.
        var unused = login.await(left(until, Duration.ofSeconds(1)));
      } else if (can.form() && FormRule.allows(step)) {
        if (++forms > MOST_FORMS) {
          login.abandon("what was entered was no answer; call the tool again to start anew");
        } else {
          form(exchange, login, step, until);
        }
      } else if (can.url()) {
        return link(exchange, login, until);
      } else {
        String approval = can.form() ? FormRule.approvalInstead(step) : null;
        if (approval == null) {
          return Optional.empty();
        }
        login.answer(step.id(), Answer.switchTo(approval));
      }
    }
    return login.outcome();
  }

  private void form(McpSyncServerExchange exchange, Login login, Step step, Instant until)
      throws InterruptedException {
    ElicitResult result = elicit(exchange, FormRule.form(step, service));
    if (result == null || result.action() != ElicitResult.Action.ACCEPT) {
      login.abandon(declined(result));
    } else if (step.kind() == StepKind.APPROVAL) {
      awaitApproval(login, step, until);
    } else {
      login.answer(step.id(), FormRule.answer(step, result.content()));
    }
  }

  private void awaitApproval(Login login, Step asked, Instant until) throws InterruptedException {
    while (clock.instant().isBefore(until) && !login.isOver()) {
      login.poll();
      Step now = login.step().orElse(null);
      if (now != null && !now.id().equals(asked.id())) {
        return;
      }
      var unused = login.await(left(until, Duration.ofMillis(500)));
    }
  }

  private Optional<Login.Outcome> link(McpSyncServerExchange exchange, Login login, Instant until)
      throws InterruptedException {
    Links.Link link = links.to(login).orElse(null);
    if (link == null) {
      login.abandon("too many pages are open for this sign-in; try again in ten minutes");
      return login.outcome();
    }
    ElicitResult result =
        elicit(
            exchange,
            ElicitUrlRequest.builder(
                    "Sign in to "
                        + service
                        + " on this page. Open it only if you asked for this yourself.",
                    page.address(link),
                    link.elicitationId())
                .build());
    if (result == null || result.action() != ElicitResult.Action.ACCEPT) {
      login.abandon(declined(result));
      return login.outcome();
    }
    Optional<Login.Outcome> outcome = login.await(left(until, patience));
    if (outcome.isPresent()) {
      completion.completed(exchange.sessionId(), link.elicitationId());
    }
    return outcome;
  }

  private Duration left(Instant until, Duration atMost) {
    Duration left = Duration.between(clock.instant(), until);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(atMost) < 0 ? left : atMost;
  }

  /** Null where the host did not answer it. */
  private static @Nullable ElicitResult elicit(
      McpSyncServerExchange exchange, ElicitRequest request) {
    try {
      return exchange.createElicitation(request);
    } catch (RuntimeException e) {
      // Not its message: it may repeat what was sent.
      LOG.info("the host did not answer an elicitation: {}", e.getClass().getSimpleName());
      return null;
    }
  }

  private static String declined(@Nullable ElicitResult result) {
    if (result == null) {
      return "the sign-in could not be shown, or was not answered in time";
    }
    return result.action() == ElicitResult.Action.DECLINE
        ? "the person declined to sign in; do not ask again unless they want to"
        : "the person dismissed the sign-in; call the tool again when they are ready";
  }

  private Optional<String> said(Login login, Optional<Login.Outcome> outcome) {
    return switch (outcome.orElse(null)) {
      case Login.Outcome.SignedIn() -> Optional.empty();
      case Login.Outcome.Failed(String why) -> Optional.of(why);
      case null ->
          links
              .to(login)
              .map(link ->
                  "Not signed in to "
                      + service
                      + " yet. The person has to open "
                      + page.address(link)
                      + " in a browser (one browser, within ten minutes), sign in there, and then"
                      + " this tool is to be called again. Do not ask for passwords or codes here.")
              .or(() ->
                  Optional.of(
                      "too many pages are open for this sign-in; try again in ten minutes"));
    };
  }

  /** MCP 2025-11-25, Elicitation, "Capabilities": an empty object is the form alone. */
  private record Can(boolean form, boolean url) {
    static Can of(@Nullable ClientCapabilities capabilities) {
      var elicitation = capabilities == null ? null : capabilities.elicitation();
      if (elicitation == null) {
        return new Can(false, false);
      }
      boolean url = elicitation.url() != null;
      return new Can(elicitation.form() != null || !url, url);
    }
  }
}

package dev.latchstring.client.doctor;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.discovery.McpProbe;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.registration.ConfiguredClients;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One walk through discovery, to its end or to where nothing can go on. */
final class Walk {
  private static final Duration SKEW = Duration.ofSeconds(60);

  private final URI server;
  private final Http http;
  private final Settings settings;
  private final ConfiguredClients clients;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable Discovered discovered;
  private @Nullable Problem problem;

  Walk(URI server, Http http, Settings settings, ConfiguredClients clients, InstantSource clock) {
    this.server = server;
    this.http = http;
    this.settings = settings;
    this.clients = clients;
    this.clock = clock;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  @Nullable Discovered discovered() {
    return discovered;
  }

  /** What a login would fail of; null where nothing was found. */
  @Nullable Problem problem() {
    return problem;
  }

  void run() {
    try {
      ServerSettings pinned = settings.of(server);
      if (address()) {
        steps(pinned);
      }
    } catch (ClientException e) {
      findings.add(
          Finding.failed(
                  e.problem() == Problem.NETWORK ? "connection" : "settings", e.description())
              .advise(e.hint()));
      problem = e.problem();
    }
    if (problem == null
        && findings.stream().anyMatch(finding -> finding.outcome() == Outcome.FAILED)) {
      problem = Problem.METADATA_INVALID;
    }
  }

  private boolean address() {
    try {
      HttpsUri.requireResource(server.toString());
      findings.add(Finding.ok("address", server.toString()));
      return true;
    } catch (OAuthException e) {
      ClientException bad = McpDiscovery.badAddress(server, e);
      findings.add(Finding.failed("address", bad.description()).advise(bad.hint()));
      problem = bad.problem();
      return false;
    }
  }

  private void steps(ServerSettings pinned) {
    Instant before = clock.instant();
    Reply probe = new McpProbe(http).reply(server);
    Instant after = clock.instant();
    findings.add(
        Finding.ok(
            "connection",
            "answered "
                + probe.status()
                + " after "
                + Duration.between(before, after).toMillis()
                + " ms"));
    compareClocks(probe, before, after);
    List<Challenge> challenges = Challenge.parse(probe.headers().allValues("WWW-Authenticate"));
    boolean issuerKnown = pinned.value(Setting.ISSUER) != null;
    if (!asksForLogin(probe, challenges, issuerKnown)) {
      return;
    }
    Documents documents = new Documents(http);
    ResourceSteps.Named named =
        new ResourceSteps(server, pinned, documents, findings).walk(challenges);
    if (named == null) {
      return;
    }
    String issuer = pinned.value(Setting.ISSUER);
    Trust trust =
        issuer != null && HttpsUri.isLoopback(URI.create(issuer))
            ? new Trust(true)
            : Trust.of(server);
    if (!new IssuerSteps(server, pinned, trust, documents, findings).walk(named.issuers())) {
      return;
    }
    decide(challenges);
  }

  /** The steps above explain; this is what every login goes by. */
  private void decide(List<Challenge> challenges) {
    Discovered found;
    try {
      found = new McpDiscovery(http, settings).discover(server, challenges);
    } catch (ClientException e) {
      boolean scope = e.description().contains("scope");
      Finding finding =
          Finding.failed(scope ? "scopes" : "discovery", e.description()).advise(e.hint());
      findings.add(scope ? finding.by(Rule.RFC_6749_SCOPE).pin("scope=SCOPE") : finding);
      problem = e.problem();
      return;
    }
    discovered = found;
    new ClientSteps(found, clients, findings).walk();
  }

  private boolean asksForLogin(Reply probe, List<Challenge> challenges, boolean issuerKnown) {
    if (probe.status() == 401 || (probe.status() == 403 && !challenges.isEmpty())) {
      challenge(probe, challenges);
      return true;
    }
    if (McpProbe.isAnswer(probe)) {
      findings.add(Finding.ok("challenge", "none: the server needs no login"));
      findings.add(Finding.skipped("discovery", "no login is needed"));
      return false;
    }
    String location = probe.headers().firstValue("Location").orElse("");
    boolean redirect = probe.status() >= 300 && probe.status() < 400;
    if (issuerKnown && !redirect && !McpProbe.isTemporary(probe)) {
      findings.add(
          Finding.ok(
              "challenge",
              "none: this is no MCP server; an API need not be one where its issuer is pinned"));
      return true;
    }
    findings.add(
        Finding.failed(
                "challenge",
                redirect ? "the server redirects" : "what answers there does not speak MCP")
            .by(Rule.MCP_HTTP)
            .sent(
                probe.status()
                    + " "
                    + Documents.excerpt(redirect ? "Location: " + location : probe.mediaType()))
            .advise(
                redirect
                    ? "if you trust that address, use it in place of this one"
                    : "check the path; an MCP endpoint often ends in /mcp. If it is an API, say"
                        + " where its login is: --pin issuer=URL")
            .tell(
                "A request without a token has to be answered with 401 and a WWW-Authenticate"
                    + " challenge."));
    problem =
        McpProbe.isTemporary(probe)
            ? Problem.NETWORK
            : redirect ? Problem.BAD_ADDRESS : Problem.NOT_MCP;
    return false;
  }

  private void challenge(Reply probe, List<Challenge> challenges) {
    String sent =
        Documents.excerpt(String.join(", ", probe.headers().allValues("WWW-Authenticate")));
    if (challenges.isEmpty()) {
      findings.add(
          Finding.warning("challenge", "401 without a WWW-Authenticate challenge")
              .by(Rule.RFC_9110_CHALLENGE)
              .sent(sent.isEmpty() ? "no WWW-Authenticate" : sent)
              .tell(
                  "A 401 needs a WWW-Authenticate challenge, such as: Bearer"
                      + " resource_metadata=\"URL\"."));
    } else {
      findings.add(Finding.ok("challenge", probe.status() + " " + sent));
    }
  }

  /** Assertions, proofs and expiries are compared with clocks. */
  private void compareClocks(Reply probe, Instant before, Instant after) {
    String date = probe.headers().firstValue("Date").orElse(null);
    if (date == null) {
      findings.add(Finding.skipped("clock", "the server does not say what time it has"));
      return;
    }
    Instant theirs;
    try {
      theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      findings.add(
          Finding.warning("clock", "the server's Date cannot be read")
              .by(Rule.RFC_9110_DATE)
              .sent("Date: " + Documents.excerpt(date)));
      return;
    }
    Duration early = Duration.between(theirs.plusSeconds(1), before);
    Duration late = Duration.between(after, theirs);
    Duration off = early.compareTo(late) > 0 ? early : late;
    findings.add(
        off.compareTo(SKEW) > 0
            ? Finding.warning(
                    "clock",
                    "this machine's clock and the server's differ by " + off.toSeconds() + " s")
                .by(Rule.RFC_9110_DATE)
                .sent("Date: " + Documents.excerpt(date))
                .advise("set this machine's clock (timedatectl); tokens and proofs go by it")
            : Finding.ok("clock", "as the server's"));
  }
}

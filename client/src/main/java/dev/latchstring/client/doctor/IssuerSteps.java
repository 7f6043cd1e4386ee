package dev.latchstring.client.doctor;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.doctor.Documents.Found;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RFC 8414 and OpenID Connect Discovery. What the authorization server says of itself. */
final class IssuerSteps {
  private static final String STEP = "metadata";
  private static final int MOST_ISSUERS = 8;

  private final URI server;
  private final ServerSettings pinned;
  private final Trust trust;
  private final Documents documents;
  private final List<Finding> findings;
  private Found.@Nullable Document chosen;

  IssuerSteps(
      URI server, ServerSettings pinned, Trust trust, Documents documents, List<Finding> findings) {
    this.server = server;
    this.pinned = pinned;
    this.trust = trust;
    this.documents = documents;
    this.findings = findings;
  }

  /** Whether the metadata of one of them can be used. */
  boolean walk(List<String> named) {
    String issuer = pinned.value(Setting.ISSUER);
    boolean byOrigin = issuer == null && named.isEmpty();
    List<String> issuers =
        issuer != null ? List.of(issuer) : byOrigin ? List.of(HttpsUri.origin(server)) : named;
    if (pinned.isNone(Setting.METADATA_URL)) {
      findings.add(Finding.ok(STEP, "not asked for: it is pinned that there is none"));
      return true;
    }
    List<Finding> refused = new ArrayList<>();
    for (String each : issuers.stream().limit(MOST_ISSUERS).toList()) {
      Finding finding = examine(each, byOrigin);
      if (finding.outcome() != Outcome.FAILED) {
        findings.add(finding);
        if (finding.outcome() == Outcome.OK) {
          findings.add(Finding.ok("issuer", each));
          return endpoints();
        }
        return true;
      }
      refused.add(finding);
    }
    findings.addAll(refused);
    return false;
  }

  private Finding examine(String issuer, boolean byOrigin) {
    URI address;
    try {
      address =
          issuer.equals(pinned.value(Setting.ISSUER))
              ? URI.create(issuer)
              : trust.require("authorization server", issuer);
      HttpsUri.requireIssuer(issuer);
    } catch (ClientException e) {
      return unfit(issuer, e.description());
    } catch (OAuthException e) {
      return unfit(issuer, e.description());
    }
    String pinnedPlace = pinned.value(Setting.METADATA_URL);
    List<URI> places =
        pinnedPlace == null
            ? WellKnown.authorizationServer(address)
            : List.of(URI.create(pinnedPlace));
    List<String> tried = new ArrayList<>();
    Finding wrong = null;
    for (URI place : places) {
      switch (documents.at(place)) {
        case Found.Document document -> {
          String said = document.text("issuer");
          boolean itsOwn = byOrigin && pinnedPlace != null && said != null;
          if (issuer.equals(said) || itsOwn) {
            chosen = document;
            return Finding.ok(STEP, place.toString());
          }
          wrong = wrong == null ? mismatch(issuer, document) : wrong;
        }
        case Found.Absent absent -> tried.add(place + " " + absent.what());
        case Found.Unusable unusable -> wrong = wrong == null ? unusable(unusable) : wrong;
      }
    }
    if (wrong != null) {
      return wrong;
    }
    return byOrigin && pinnedPlace == null ? assumed(tried) : absent(issuer, tried);
  }

  /** RFC 8414 §2: the addresses that the document names, unless others are pinned. */
  private boolean endpoints() {
    Found.Document document = chosen;
    if (document == null) {
      return true;
    }
    boolean usable = true;
    List<String> names = new ArrayList<>();
    for (Setting endpoint : Setting.values()) {
      if (!endpoint.isEndpoint() || pinned.pin(endpoint) != null) {
        continue;
      }
      String address = document.text(endpoint.key());
      if (address == null && endpoint == Setting.TOKEN_ENDPOINT) {
        findings.add(
            Finding.failed("endpoints", "there is no token_endpoint in " + document.place())
                .by(Rule.RFC_8414_METADATA)
                .sent(document.quote(endpoint.key()))
                .pin("token_endpoint=TOKEN_ENDPOINT")
                .tell("The document at " + document.place() + " needs a token_endpoint."));
        usable = false;
      } else if (address != null) {
        names.add(endpoint.key());
        usable &= isUsable(document, endpoint, address);
      }
    }
    if (usable) {
      findings.add(Finding.ok("endpoints", String.join(", ", names)));
    }
    return usable;
  }

  private boolean isUsable(Found.Document document, Setting endpoint, String address) {
    try {
      trust.require(endpoint.key(), address);
      return true;
    } catch (ClientException e) {
      findings.add(
          Finding.failed("endpoints", e.description())
              .by(Rule.MCP_SERVERS_SPEAK_HTTPS)
              .sent(document.quote(endpoint.key()))
              .pin(endpoint.key() + "=" + endpoint.key().toUpperCase(Locale.ROOT))
              .tell(
                  "The "
                      + endpoint.key()
                      + " in "
                      + document.place()
                      + " has to be an https URL."));
      return false;
    }
  }

  private static Finding unfit(String issuer, String why) {
    return Finding.failed("issuer", why)
        .by(Rule.RFC_8414_METADATA)
        .sent("authorization_servers: " + ServerText.quote(issuer))
        .pin("issuer=ISSUER")
        .tell("authorization_servers has to hold https URLs without query and fragment.");
  }

  private Finding mismatch(String issuer, Found.Document document) {
    Finding finding =
        Finding.failed(
                "issuer",
                "the document at "
                    + document.place()
                    + " is not of the issuer "
                    + ServerText.quote(issuer))
            .by(Rule.RFC_8414_ISSUER)
            .sent(document.quote("issuer"))
            .tell(
                "The issuer in "
                    + document.place()
                    + " and the one that was asked for (\""
                    + ServerText.clean(issuer, 200)
                    + "\") have to be identical, down to the last slash.");
    String said = document.text("issuer");
    if (said == null || !isIssuer(said)) {
      return finding.pin("metadata_url=none", "token_endpoint=TOKEN_ENDPOINT", "issuer=" + issuer);
    }
    if (!Hosts.areRelated(document.place(), URI.create(said))) {
      return finding.advise(
          "a server that speaks in another's name may be after what is meant for that one; pin"
              + " issuer="
              + Documents.excerpt(said)
              + " and metadata_url="
              + document.place()
              + " only where you know that one operator runs both");
    }
    return publishesItself(said)
        ? finding.pin("issuer=" + said)
        : finding.pin("issuer=" + said, "metadata_url=" + document.place());
  }

  /** Whether the usual places of an issuer have a document that is its own. */
  private boolean publishesItself(String issuer) {
    for (URI place : WellKnown.authorizationServer(URI.create(issuer))) {
      if (documents.at(place) instanceof Found.Document document) {
        return issuer.equals(document.text("issuer"));
      }
    }
    return false;
  }

  private static boolean isIssuer(String text) {
    try {
      HttpsUri.requireIssuer(text);
      return true;
    } catch (OAuthException e) {
      return false;
    }
  }

  private static Finding unusable(Found.Unusable unusable) {
    String location = unusable.location();
    return Finding.failed(STEP, unusable.what())
        .by(Rule.RFC_8414_DOCUMENT)
        .sent(unusable.sent())
        .pin(
            location != null && isIssuer(location)
                ? "metadata_url=" + location
                : "metadata_url=METADATA_URL")
        .tell(
            "Serve the document at "
                + unusable.place()
                + " itself: status 200, application/json, one object.");
  }

  private static Finding absent(String issuer, List<String> tried) {
    return Finding.failed(STEP, "the authorization server " + issuer + " publishes none")
        .by(Rule.MCP_METADATA)
        .sent(Documents.excerpt(String.join("; ", tried)))
        .pin(
            "metadata_url=none",
            "authorization_endpoint=AUTHORIZATION_ENDPOINT",
            "token_endpoint=TOKEN_ENDPOINT")
        .advise("if the document is elsewhere, pin metadata_url to it instead")
        .tell(
            "Serve authorization server metadata (RFC 8414) for "
                + issuer
                + " at "
                + WellKnown.authorizationServer(URI.create(issuer)).getFirst()
                + ".");
  }

  private static Finding assumed(List<String> tried) {
    return Finding.warning(
            STEP,
            "nothing is published: /authorize, /token and /register at the server's origin are"
                + " assumed (2025-03-26)")
        .by(Rule.MCP_METADATA)
        .sent(Documents.excerpt(String.join("; ", tried)))
        .pin("issuer=ISSUER")
        .advise("if its logins are done elsewhere, pin the issuer")
        .tell(
            "Serve protected resource metadata (RFC 9728) that names your authorization server,"
                + " and its metadata (RFC 8414).");
  }
}

package dev.latchstring.client.doctor;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.doctor.Documents.Found;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** RFC 9728. Where the server says that its logins are done. */
final class ResourceSteps {
  private static final String STEP = "resource_metadata";

  private final URI server;
  private final ServerSettings pinned;
  private final Documents documents;
  private final List<Finding> findings;

  ResourceSteps(URI server, ServerSettings pinned, Documents documents, List<Finding> findings) {
    this.server = server;
    this.pinned = pinned;
    this.documents = documents;
    this.findings = findings;
  }

  /**
   * What is known after these steps.
   *
   * @param issuers the server names; empty where it publishes nothing
   */
  record Named(List<String> issuers, @Nullable JsonNode document) {}

  /** Null where nothing can go on. */
  @Nullable Named walk(List<Challenge> challenges) {
    if (pinned.isNone(Setting.RESOURCE_METADATA_URL)) {
      findings.add(Finding.ok(STEP, "not asked for: it is pinned that there is none"));
      return new Named(List.of(), null);
    }
    String pinnedPlace = pinned.value(Setting.RESOURCE_METADATA_URL);
    if (pinnedPlace != null) {
      return read(documents.at(URI.create(pinnedPlace)), "pinned");
    }
    String named =
        challenges.stream()
            .map(Challenge::resourceMetadata)
            .filter(place -> place != null && !place.isEmpty())
            .findFirst()
            .orElse(null);
    return named == null ? wellKnown() : namedByChallenge(named);
  }

  private @Nullable Named namedByChallenge(String named) {
    URI place;
    try {
      place = Trust.of(server).require("resource_metadata", named);
    } catch (ClientException e) {
      findings.add(
          Finding.failed(STEP, e.description())
              .by(Rule.RFC_9728_CHALLENGE)
              .sent("resource_metadata=" + ServerText.quote(named))
              .pin(elsewhere())
              .tell(
                  "The resource_metadata in your WWW-Authenticate challenge has to be an https"
                      + " URL."));
      return null;
    }
    Found found = documents.at(place);
    if (found instanceof Found.Absent absent) {
      findings.add(
          Finding.failed(STEP, "there is nothing at " + place + ", which the challenge names")
              .by(Rule.RFC_9728_CHALLENGE)
              .sent(absent.what())
              .pin(elsewhere())
              .tell(
                  "Your WWW-Authenticate challenge names "
                      + place
                      + " as the protected resource metadata; it "
                      + absent.what()
                      + "."));
      return null;
    }
    return read(found, "named by the challenge");
  }

  private @Nullable Named wellKnown() {
    List<String> tried = new ArrayList<>();
    for (URI place : places()) {
      Found found = documents.at(place);
      if (!(found instanceof Found.Absent absent)) {
        return read(found, "well-known");
      }
      tried.add(place.getRawPath() + " " + absent.what());
    }
    findings.add(
        Finding.warning(STEP, "the server publishes none; its origin is asked instead (2025-03-26)")
            .by(Rule.MCP_RESOURCE_METADATA)
            .sent(String.join("; ", tried))
            .tell(
                "Serve protected resource metadata (RFC 9728) at "
                    + places().getFirst()
                    + ", with resource and authorization_servers, and name it in the"
                    + " WWW-Authenticate challenge of every 401."));
    return new Named(List.of(), null);
  }

  private List<URI> places() {
    return WellKnown.protectedResource(HttpsUri.requireResource(server.toString()));
  }

  private @Nullable Named read(Found found, String how) {
    return switch (found) {
      case Found.Absent absent -> {
        findings.add(
            Finding.failed(STEP, "there is nothing at the pinned " + absent.place())
                .sent(absent.what())
                .advise("correct resource_metadata_url"));
        yield null;
      }
      case Found.Unusable unusable -> {
        findings.add(
            Finding.failed(STEP, unusable.what())
                .by(Rule.RFC_9728_DOCUMENT)
                .sent(unusable.sent())
                .pin(
                    isHttps(unusable.location())
                        ? new String[] {"resource_metadata_url=" + unusable.location()}
                        : elsewhere())
                .tell(
                    "Serve the document at "
                        + unusable.place()
                        + " itself: status 200, application/json, one object."));
        yield null;
      }
      case Found.Document document -> {
        findings.add(Finding.ok(STEP, document.place() + " (" + how + ")"));
        yield resource(document);
      }
    };
  }

  private @Nullable Named resource(Found.Document document) {
    String claimed = document.text("resource");
    if (claimed == null || !isThisServer(document.place(), claimed)) {
      findings.add(mismatch(document, claimed));
      return null;
    }
    findings.add(Finding.ok("resource", claimed));
    List<String> issuers = new ArrayList<>();
    JsonNode named = document.members().get("authorization_servers");
    if (named != null && named.isArray()) {
      named.forEach(issuer -> issuers.add(issuer.isString() ? issuer.stringValue() : ""));
    }
    if (issuers.isEmpty() && pinned.value(Setting.ISSUER) == null) {
      findings.add(
          Finding.failed("authorization_servers", "the document names none")
              .by(Rule.MCP_AUTHORIZATION_SERVERS)
              .sent(document.quote("authorization_servers"))
              .pin("issuer=" + issuerAtOrigin())
              .tell(
                  "The document at "
                      + document.place()
                      + " has to name at least one issuer in authorization_servers."));
      return null;
    }
    return new Named(issuers, document.members());
  }

  private Finding mismatch(Found.Document document, @Nullable String claimed) {
    Finding finding =
        Finding.failed(
                "resource", "the document at " + document.place() + " is not about " + server)
            .by(Rule.RFC_9728_RESOURCE)
            .sent(document.quote("resource"))
            .tell(
                "The resource in "
                    + document.place()
                    + " has to be "
                    + server
                    + ", character by character, or the document has to be elsewhere.");
    if (claimed == null) {
      return finding.pin("resource_metadata_url=none", "issuer=" + issuerAtOrigin());
    }
    URI other = absolute(claimed);
    if (other != null && other.getHost() != null && Hosts.areRelated(server, other)) {
      return finding
          .pin("resource=" + claimed)
          .advise("if that is the server you mean, its own address is better than a pin");
    }
    return finding.advise(
        "a server that names another's resource may be after a token for that one: use the address"
            + " it names, if that is the server you mean; pin resource="
            + Documents.excerpt(claimed)
            + " only where you know that both are the same");
  }

  private boolean isThisServer(URI place, String claimed) {
    if (claimed.equals(pinned.value(Setting.RESOURCE))) {
      return true;
    }
    try {
      URI asked = HttpsUri.requireResource(server.toString());
      URI resource = HttpsUri.requireResource(claimed);
      String origin = HttpsUri.origin(asked);
      boolean atRoot = place.equals(URI.create(origin + WellKnown.PROTECTED_RESOURCE));
      return resource.equals(asked) || (atRoot && resource.toString().equals(origin));
    } catch (OAuthException e) {
      return false;
    }
  }

  /** Pins in place of a document that cannot be used: another that can, else none. */
  private String[] elsewhere() {
    for (URI place : places()) {
      String claimed =
          documents.at(place) instanceof Found.Document document ? document.text("resource") : null;
      if (claimed != null && isThisServer(place, claimed)) {
        return new String[] {"resource_metadata_url=" + place};
      }
    }
    return new String[] {"resource_metadata_url=none", "issuer=" + issuerAtOrigin()};
  }

  /** The server's origin where that is an authorization server, else a word to be replaced. */
  private String issuerAtOrigin() {
    String origin = HttpsUri.origin(server);
    for (URI place : WellKnown.authorizationServer(URI.create(origin))) {
      if (documents.at(place) instanceof Found.Document document
          && origin.equals(document.text("issuer"))) {
        return origin;
      }
    }
    return "ISSUER";
  }

  private static boolean isHttps(@Nullable String location) {
    URI uri = location == null ? null : absolute(location);
    return uri != null && uri.getHost() != null && HttpsUri.isHttpsOrLoopback(uri);
  }

  private static @Nullable URI absolute(String text) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute() && uri.getRawFragment() == null ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }
}

package dev.latchstring.client.doctor;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ConfiguredClients;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a login by this metadata would do, without doing it. */
final class ClientSteps {
  private final Discovered at;
  private final ConfiguredClients clients;
  private final List<Finding> findings;

  ClientSteps(Discovered at, ConfiguredClients clients, List<Finding> findings) {
    this.at = at;
    this.clients = clients;
    this.findings = findings;
  }

  void walk() {
    flows();
    pkce();
    registration();
    scopes();
    responseIssuer();
    secretFiles();
  }

  private AuthorizationServerMetadata server() {
    return at.authorizationServer();
  }

  private void flows() {
    List<String> offered = new ArrayList<>();
    if (server().authorizationEndpoint() != null) {
      offered.add("code (in a browser)");
    }
    if (server().deviceAuthorizationEndpoint() != null) {
      offered.add("device (with a code on any device)");
    }
    if (server().authorizationChallengeEndpoint() != null) {
      offered.add("challenge (first-party clients)");
    }
    if (offered.isEmpty()) {
      findings.add(
          Finding.failed("flows", "no way for a person to log in is offered")
              .by(Rule.RFC_8414_METADATA)
              .pin("authorization_endpoint=AUTHORIZATION_ENDPOINT")
              .advise("or pin device_authorization_endpoint; a machine's own client needs neither")
              .tell(
                  "Your metadata names neither authorization_endpoint nor"
                      + " device_authorization_endpoint."));
      return;
    }
    findings.add(Finding.ok("flows", String.join(", ", offered)));
    if (server().deviceAuthorizationEndpoint() == null) {
      findings.add(
          Finding.skipped("device", "not offered: a login needs a browser on this machine")
              .by(Rule.RFC_8628)
              .advise("if the server has a device_authorization_endpoint all the same, pin it"));
    }
  }

  private void pkce() {
    if (server().authorizationEndpoint() == null) {
      findings.add(Finding.skipped("pkce", "no login in a browser is offered"));
      return;
    }
    List<String> methods = server().codeChallengeMethodsSupported();
    if (methods != null && methods.contains("S256")) {
      findings.add(Finding.ok("pkce", "S256"));
      return;
    }
    Finding finding =
        new Finding(
                "pkce",
                server().deviceAuthorizationEndpoint() == null ? Outcome.FAILED : Outcome.WARNING,
                "PKCE with S256 is not offered, so that no login is done in a browser",
                Rule.MCP_PKCE,
                "\"code_challenge_methods_supported\": "
                    + (methods == null ? "(missing)" : Documents.excerpt(methods.toString())),
                List.of(),
                null,
                null)
            .tell(
                "Support PKCE with S256, and say so: code_challenge_methods_supported:"
                    + " [\"S256\"].");
    findings.add(
        methods == null
            ? finding
                .pin("code_challenge_methods_supported=S256")
                .advise("only where you know that the server checks the code_verifier")
            : finding.advise("the server says itself that it has no S256"));
  }

  private void registration() {
    ClientIdentity configured;
    try {
      configured = clients.of(at.settings());
    } catch (ClientException e) {
      findings.add(Finding.failed("registration", e.description()).advise(e.hint()));
      return;
    }
    if (configured != null) {
      findings.add(
          configured.issuer() == null || configured.issuer().equals(at.issuer())
              ? Finding.ok(
                  "registration",
                  "the configured client "
                      + configured.clientId()
                      + ", whose registration only"
                      + " a login can try")
              : Finding.failed(
                      "registration", "the configured client belongs to " + configured.issuer())
                  .by(Rule.MCP_BINDING)
                  .pin("client_id=CLIENT_ID"));
      return;
    }
    boolean documents = Boolean.TRUE.equals(server().clientIdMetadataDocumentSupported());
    String document = at.settings().value(Setting.CLIENT_METADATA_URL);
    if (documents && document != null) {
      findings.add(Finding.ok("registration", "the client metadata document " + document));
    } else if (server().registrationEndpoint() != null) {
      findings.add(
          Finding.ok("registration", "dynamic (RFC 7591), which a login does where it has to"));
    } else {
      findings.add(
          Finding.failed("registration", "the authorization server registers no clients by itself")
              .by(Rule.MCP_REGISTRATION)
              .sent(
                  "\"registration_endpoint\": (missing), \"client_id_metadata_document_supported\": "
                      + documents)
              .pin(documents ? "client_metadata_url=CLIENT_METADATA_URL" : "client_id=CLIENT_ID")
              .advise(
                  "register a client there by hand, for a native application with loopback"
                      + " redirect URIs and the device grant; its secret goes into client_secret_file")
              .tell(
                  "Register a client for me; or take Client ID Metadata Documents"
                      + " (client_id_metadata_document_supported) or dynamic registration"
                      + " (RFC 7591)."));
    }
  }

  private void scopes() {
    Pin pinned = at.settings().pin(Setting.SCOPE);
    findings.add(
        Finding.ok(
            "scopes",
            at.scope().isEmpty()
                ? "none are named; the authorization server decides"
                : at.scope() + (pinned == null ? "" : " (" + pinned.origin() + ")")));
  }

  private void responseIssuer() {
    if (server().authorizationEndpoint() != null
        && !Boolean.TRUE.equals(server().authorizationResponseIssParameterSupported())) {
      findings.add(
          Finding.warning("iss", "the server does not say that it sends iss in its responses")
              .by(Rule.MCP_RESPONSE_ISSUER)
              .tell(
                  "Send iss in authorization responses (RFC 9207), and say so:"
                      + " authorization_response_iss_parameter_supported: true."));
    }
  }

  private void secretFiles() {
    for (Setting file : List.of(Setting.CLIENT_SECRET_FILE, Setting.CLIENT_KEY_FILE)) {
      String path = at.settings().value(file);
      if (path != null && isReadByOthers(Path.of(path))) {
        findings.add(
            Finding.warning("secrets", "others on this machine can read " + path)
                .advise("chmod 600 " + path));
      }
    }
  }

  private static boolean isReadByOthers(Path path) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      return permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}

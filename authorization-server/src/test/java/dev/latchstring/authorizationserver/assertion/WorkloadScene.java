package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.form;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A server that trusts three platforms, and tokens of theirs for it. */
final class WorkloadScene implements AutoCloseable {
  static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  static final String DEPLOYER = "system:serviceaccount:ci:deployer";

  final TestIssuer platform = new TestIssuer();
  final TestIssuer once = new TestIssuer();
  final TestIssuer discovered = new TestIssuer();
  final RunningServer server;

  WorkloadScene() {
    server =
        RunningServer.start(
            CLINIC_YAML.replace(
                    "clients:\n",
                    """
                    clients:
                      - client_id: wif-workload
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                        scope: clinic:read
                      - client_id: vault-job
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                    """)
                + """
                trusted_issuers:
                  - issuer: %1$s
                    jwks_uri: %1$s/jwks
                    use: [workload]
                    algorithms: [ES256]
                    workloads:
                      - subject: "system:serviceaccount:ci:deployer"
                        as: ci-deployer
                        resources: [http://localhost:9100/mcp]
                        scope: "clinic:read clinic:write"
                        teams: [ci]
                      - subject: "system:serviceaccount:agents:*"
                        claims: { "/kubernetes.io/namespace": agents }
                        resources: [http://localhost:9100/mcp, http://localhost:9200/mcp]
                        scope: "clinic:read vault:open"
                  - issuer: %2$s
                    jwks_uri: %2$s/jwks
                    use: [workload]
                    audiences: [my-audience]
                    single_use: true
                    max_lifetime: 10m
                    clients: [vault-job]
                    workloads:
                      - subject: job
                        resources: [http://localhost:9200/mcp]
                        scope: vault:open
                  - issuer: %3$s
                    use: [workload]
                    workloads:
                      - { subject: found, resources: [http://localhost:9100/mcp], scope: clinic:read }
                """
                    .formatted(platform.issuer(), once.issuer(), discovered.issuer()));
  }

  @Override
  public void close() {
    server.close();
    platform.close();
    once.close();
    discovered.close();
  }

  Instant now() {
    return server.clock().instant();
  }

  /** As a projected service account token: an audience in a list, an hour, no typ. */
  JWTClaimsSet.Builder claims(TestIssuer issuer, String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.issuer())
        .subject(subject)
        .audience(List.of(server.issuer()))
        .issueTime(Date.from(now()))
        .notBeforeTime(Date.from(now()))
        .expirationTime(Date.from(now().plusSeconds(3600)))
        .jwtID(UUID.randomUUID().toString());
  }

  JWTClaimsSet.Builder deployer() {
    return claims(platform, DEPLOYER);
  }

  Answer present(String assertion, String... more) {
    Map<String, String> form = form("grant_type", JWT_BEARER, "assertion", assertion);
    form.putAll(form(more));
    return server.postRaw("/token", FormParameters.encode(form));
  }
}

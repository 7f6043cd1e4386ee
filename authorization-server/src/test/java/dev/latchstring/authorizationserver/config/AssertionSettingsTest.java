package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** {@code trusted_issuers}, {@code id_jag_audiences} and {@code exchanges}. */
class AssertionSettingsTest {
  private static final String GROUND =
      """
      issuer: https://auth.example.com
      data: /tmp/latch
      clients:
        - client_id: wiki
          client_secret: "wiki-secret-0123456789"
          grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"]
        - client_id: public
          grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"]
        - client_id: job
          client_secret: "wiki-secret-0123456789"
          grant_types: [client_credentials]
      resources:
        - { resource: https://clinic.example/mcp, scopes: [a, b] }
        - { resource: https://vault.example/mcp, scopes: [c] }
      """;

  private static AssertionSettings parse(String more) {
    return ConfigurationReader.parse(GROUND + more, Overrides.of(Map.of())).assertions();
  }

  @Test
  void a_full_configuration_is_read() {
    AssertionSettings settings =
        parse(
            """
            trusted_issuers:
              - issuer: https://idp.example/
                use: [id_jag, subject_token]
                algorithms: [ES256, PS256]
                clients: [wiki]
                client_ids: { wiki: there }
                max_lifetime: 10m
                tenant: acme
                resources: [https://CLINIC.example/mcp]
                scope: "a b"
                accounts: { claim: email, provision: true, teams: [guests] }
              - issuer: kubernetes/serviceaccount
                jwks_uri: https://cluster.example/openid/v1/jwks?x=y
                use: [workload]
                audiences: [latch]
                single_use: true
                workloads:
                  - subject: "system:serviceaccount:ci:*"
                    claims: { "/kubernetes.io/namespace": ci }
                    resources: [https://clinic.example/mcp]
                    scope: a
                    teams: [ci]
            id_jag_audiences:
              - audience: https://chat.example/
                clients: { wiki: wiki-there }
                resources: [https://chat.example/mcp]
                scope: chat.read
                teams: [staff]
                lifetime: 2m
            exchanges:
              - { client: wiki, from: https://clinic.example/mcp, to: https://vault.example/mcp, requires: a, scope: c }
            """);

    TrustedIssuerSettings idp = settings.issuers().get(0);
    assertThat(idp.issuer()).isEqualTo("https://idp.example/");
    assertThat(idp.uses()).containsOnly(Use.ID_JAG, Use.SUBJECT_TOKEN);
    assertThat(idp.resources()).containsOnly("https://clinic.example/mcp");
    assertThat(idp.maxLifetime()).isEqualTo(Duration.ofMinutes(10));
    assertThat(idp.people().claim()).isEqualTo("email");
    TrustedIssuerSettings cluster = settings.issuers().get(1);
    assertThat(cluster.algorithms()).contains("RS256").doesNotContain("HS256", "none");
    assertThat(cluster.maxLifetime()).isEqualTo(Duration.ofHours(24));
    assertThat(cluster.workloads().get(0).covers("system:serviceaccount:ci:x")).isTrue();
    assertThat(cluster.workloads().get(0).covers("system:serviceaccount:other:x")).isFalse();
    assertThat(settings.idJagAudiences().get(0).lifetime()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.exchanges().get(0).requires()).hasToString("a");
  }

  @Test
  void a_key_that_is_not_known_is_an_error_with_the_nearest() {
    assertThatThrownBy(() -> parse("trusted_issuer: []\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("did you mean 'trusted_issuers'");
    assertThatThrownBy(() -> parse("trusted_issuers:\n  - jwks_url: https://x.example\n"))
        .hasMessageContaining("did you mean 'jwks_uri'");
    assertThatThrownBy(
            () -> parse("trusted_issuers:\n  - { issuer: https://i.example, use: [id_jab] }\n"))
        .hasMessageContaining("did you mean 'id_jag'");
  }

  private static String issuer(String members) {
    return "trusted_issuers:\n  - { issuer: https://i.example, " + members + " }\n";
  }

  private static String workload(String members) {
    return issuer("use: [workload], workloads: [ { " + members + " } ]");
  }

  private static String audience(String members) {
    return "id_jag_audiences:\n  - { " + members + " }\n";
  }

  private static String exchange(String members) {
    return "exchanges:\n  - { " + members + " }\n";
  }

  @Test
  void what_cannot_be_meant_is_refused_with_what_to_change() {
    String rule = "resources: [https://clinic.example/mcp], scope: a";
    String people = "use: [id_jag]";
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("trusted_issuers:\n  - { use: [id_jag] }\n", "issuer: is missing");
    wrong.put("trusted_issuers:\n  - { issuer: 'a b', use: [id_jag] }\n", "visible ASCII");
    wrong.put("trusted_issuers:\n  - { issuer: 'https://a#b', use: [id_jag] }\n", "and #");
    wrong.put("trusted_issuers:\n  - { issuer: http://i.example, use: [id_jag] }\n", "https URL");
    wrong.put("trusted_issuers:\n  - { issuer: spiffe://x, use: [id_jag] }\n", "https URL");
    wrong.put(issuer("use: []"), "at least one");
    wrong.put(issuer("tenant: x"), "use: must be a list");
    wrong.put(issuer(people + ", algorithms: [HS256]"), "'HS256', which is not accepted");
    wrong.put(issuer(people + ", algorithms: [none]"), "'none', which is not accepted");
    wrong.put(issuer(people + ", jwks_uri: http://i.example/k"), "must be an https URL");
    wrong.put(issuer(people + ", jwks_uri: file:///etc/passwd"), "must be an https URL");
    wrong.put(issuer(people + ", jwks: {keys: []}"), "1 to 16 keys");
    wrong.put(issuer(people + ", jwks: {keys: [{kty: oct, k: AAAA}]}"), "private or symmetric key");
    wrong.put(
        issuer(people + ", jwks: {keys: []}, jwks_uri: https://i.example/k"), "both jwks and");
    wrong.put(issuer(people + ", clients: [wikki]"), "did you mean 'wiki'");
    wrong.put(issuer(people + ", clients: [job]"), "among its grant_types");
    wrong.put(issuer(people + ", resources: [https://x.example]"), "not a resource");
    wrong.put(issuer(people + ", scope: 'a \"'"), "scope");
    wrong.put(issuer(people + ", max_lifetime: 40d"), "is not between");
    wrong.put(issuer(people + ", single_use: true"), "use workload only");
    wrong.put(issuer(people + ", audiences: [x]"), "use workload only");
    wrong.put(issuer(people + ", client_ids: {a: b}"), "use subject_token only");
    wrong.put(issuer(people + ", accounts: {teams: [x]}"), "set provision, too");
    wrong.put(issuer("use: [workload]"), "needs workloads");
    wrong.put(issuer("use: [subject_token], scope: a"), "use id_jag only");
    wrong.put(workload(rule), "subject: is missing");
    wrong.put(workload("subject: '*', " + rule), "everybody whom the issuer knows");
    wrong.put(workload("subject: 'a*b', " + rule), "at the end only");
    wrong.put(workload("subject: 'a*', as: one, " + rule), "one name");
    wrong.put(workload("subject: a, scope: a"), "resources: must be a list");
    wrong.put(workload("subject: a, resources: [https://clinic.example/mcp]"), "scope: is missing");
    wrong.put(
        "trusted_issuers:\n  - { issuer: https://auth.example.com, use: [id_jag] }\n",
        "is this server");
    wrong.put(
        "trusted_issuers:\n  - { issuer: https://i.example, use: [id_jag] }\n"
            + "  - { issuer: https://i.example, use: [id_jag] }\n",
        "is there twice");
    wrong.put(audience("audience: https://auth.example.com"), "is this server");
    wrong.put(audience("audience: https://c.example"), "clients must be a map");
    wrong.put(
        audience("audience: https://c.example, clients: {public: x}"), "client_secret or a key");
    wrong.put(audience("audience: https://c.example, clients: {wiki: ''}"), "is missing");
    wrong.put(audience("audience: https://c.example, clients: {wiki: x}"), "resources: must be");
    wrong.put(audience("audience: http://c.example, clients: {wiki: x}"), "https URL");
    wrong.put(exchange("client: nobody"), "not a client_id");
    wrong.put(exchange("client: public"), "client_secret or a key");
    wrong.put(exchange("client: wiki, from: https://x.example"), "not a resource");
    wrong.put(
        exchange("client: wiki, from: https://clinic.example/mcp, to: https://clinic.example/mcp"),
        "the same resource");
    SoftAssertions softly = new SoftAssertions();
    wrong.forEach((yaml, message) ->
        softly
            .assertThatThrownBy(() -> parse(yaml))
            .as(yaml)
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining(message));
    softly.assertAll();
  }
}

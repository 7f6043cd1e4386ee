package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {
  private static final Overrides NONE = with(Map.of());

  private static Overrides with(Map<String, String> environment) {
    return new Overrides(environment, null, null, null, null, Path.of("/user"), false);
  }

  private static ServerConfiguration parse(String yaml) {
    return ConfigurationReader.parse(yaml, NONE);
  }

  @Test
  void without_a_file_everything_has_a_default() {
    ServerConfiguration configuration = ConfigurationReader.read(null, NONE);

    assertThat(configuration.issuer()).isNull();
    assertThat(configuration.bind()).isEqualTo("localhost");
    assertThat(configuration.port()).isEqualTo(9000);
    assertThat(configuration.data()).isEqualTo(Path.of("/user"));
    assertThat(configuration.database().url()).startsWith("jdbc:sqlite:");
    assertThat(configuration.accounts()).isNull();
    assertThat(configuration.dynamicRegistration().enabled()).isTrue();
    assertThat(configuration.lifetimes().accessToken()).isEqualTo(Duration.ofMinutes(10));
    assertThat(configuration.device().interval()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void a_whole_file_is_read() {
    ServerConfiguration configuration =
        parse(
            """
            issuer: https://auth.example.com/tenant
            bind: 0.0.0.0
            port: 8443
            database: { url: "jdbc:postgresql://db/latch", user: latch, password: pw }
            trusted_proxies: [10.0.0.0/8]
            clients:
              - client_id: ci-job
                client_secret: "s3cret"
                token_endpoint_auth_method: client_secret_basic
                grant_types: [client_credentials]
                scope: "clinic:read"
              - client_id: app
            accounts:
              - username: alice
                password: "pw"
                teams: [front-desk]
                attributes: { name: Alice Moreau, birthdate: 1985-03-03, ssn_last4: "4219", n: 7 }
            resources:
              - resource: https://clinic.example/mcp
                scopes: [clinic:read, clinic:write]
                default_scopes: [clinic:read]
                access_token_format: opaque
            dynamic_registration: { enabled: false }
            lifetimes: { access_token: 90s, refresh_token: 8h, device_code: 5m, signing_key: 7d }
            device_authorization: { interval: 10s }
            """);

    assertThat(configuration.issuer()).hasToString("https://auth.example.com/tenant");
    ClientSettings ciJob = configuration.clients().get(0);
    assertThat(ciJob.metadata().grants()).containsExactly("client_credentials");
    ClientSettings app = configuration.clients().get(1);
    assertThat(app.metadata().authMethod()).isEqualTo("none");
    assertThat(app.metadata().grants()).contains(GrantTypes.DEVICE_CODE);
    var alice = configuration.accounts().get(0);
    assertThat(alice.displayName()).isEqualTo("Alice Moreau");
    assertThat(alice.attributes()).containsEntry("birthdate", "1985-03-03").containsEntry("n", "7");
    ResourceSettings clinic = configuration.resources().get(0);
    assertThat(clinic.format()).isEqualTo(AccessTokenFormat.OPAQUE);
    assertThat(clinic.name()).isEqualTo("clinic.example");
    assertThat(clinic.defaultScopes()).hasToString("clinic:read");
    assertThat(configuration.lifetimes().refreshToken()).isEqualTo(Duration.ofHours(8));
    assertThat(configuration.device().interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(configuration.dynamicRegistration().enabled()).isFalse();
  }

  @Test
  void scopes_may_have_words_for_people() {
    ResourceSettings clinic =
        parse(
                """
                resources:
                  - resource: https://clinic.example/mcp
                    scopes: { clinic:read: Look up patients, clinic:write: }
                """)
            .resources()
            .get(0);

    assertThat(clinic.scopes()).hasToString("clinic:read clinic:write");
    assertThat(clinic.scopeWords()).containsOnly(Map.entry("clinic:read", "Look up patients"));
  }

  @Test
  void the_environment_wins_over_the_file_and_the_command_line_over_both() {
    String yaml = "issuer: https://file.example\nport: 1\ndata: /file\n";
    Map<String, String> environment =
        Map.of(
            "LATCH_ISSUER", "https://environment.example",
            "LATCH_PORT", "2",
            "LATCH_DATA", "/environment",
            "LATCH_DYNAMIC_REGISTRATION", "false",
            "LATCH_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2",
            "LATCH_DATABASE_URL", "jdbc:postgresql://db/x",
            "LATCH_BIND", "0.0.0.0");

    ServerConfiguration byEnvironment = ConfigurationReader.parse(yaml, Overrides.of(environment));
    assertThat(byEnvironment.issuer()).hasToString("https://environment.example");
    assertThat(byEnvironment.bind()).isEqualTo("0.0.0.0");
    assertThat(byEnvironment.port()).isEqualTo(2);
    assertThat(byEnvironment.data()).isEqualTo(Path.of("/environment"));
    assertThat(byEnvironment.dynamicRegistration().enabled()).isFalse();
    assertThat(byEnvironment.trustedProxies().contains("10.0.0.2")).isTrue();
    assertThat(byEnvironment.database().url()).isEqualTo("jdbc:postgresql://db/x");

    ServerConfiguration byCommandLine =
        ConfigurationReader.parse(
            yaml,
            new Overrides(environment, "https://line.example", "::1", 3, "/line", null, false));
    assertThat(byCommandLine.issuer()).hasToString("https://line.example");
    assertThat(byCommandLine.bind()).isEqualTo("::1");
    assertThat(byCommandLine.port()).isEqualTo(3);
    assertThat(byCommandLine.data()).isEqualTo(Path.of("/line"));
  }

  @Test
  void paths_in_a_file_are_relative_to_it(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("latch.yaml"), "data: state\n");
    assertThat(ConfigurationReader.read(file, NONE).data()).isEqualTo(folder.resolve("state"));
  }

  @Test
  void an_empty_file_is_a_file_of_defaults() {
    assertThat(parse("").port()).isEqualTo(9000);
    assertThat(parse("# nothing yet\n").port()).isEqualTo(9000);
  }

  @ParameterizedTest
  @CsvSource({
    "'port: 1\nbogus: 1\nbind: localhost\n',2",
    "'bogus:\n  - a\n  - b\nport: 1\nbind: localhost\n',1",
    "'port: 1\nclients:\n  - client_id: x\n    bogus: y\n    scope: z\nbind: localhost\n',4"
  })
  void an_unknown_key_is_found_in_its_line(String yaml, int line) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("line " + line + ": unknown key 'bogus'");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          issuer: http://auth.example.com                    | https
          issuer: https://auth.example.com/                  | slash
          issuer: "https://auth.example.com?x=1"             | query
          issuer: auth.example.com                           | issuer
          isuer: https://a.example                           | line 1: unknown key 'isuer'; did you mean 'issuer'?
          port: high                                         | line 1 port
          port: 70000                                        | 65535
          port: [1]                                          | wrong type
          nonsense: 1                                        | possible here: accounts
          database: { uri: x }                               | unknown key 'uri' in database; did you mean 'url'?
          database: { url: "jdbc:mysql://x" }                | jdbc:postgresql
          tls: { certificate: /none.pem }                    | private_key
          trusted_proxies: [proxy]                           | trusted_proxies
          lifetimes: { access_token: soon }                  | lifetimes.access_token
          lifetimes: { access_token: 9d }                    | between
          device_authorization: { interval: 0s }             | device_authorization.interval: 0s is not between 1s and 1m
          device_authorization: { interval: 61s }            | device_authorization.interval: 61s is not between 1s and 1m
          device_authorization: { interval: 500ms }          | device_authorization.interval: '500ms' is not a duration
          device_authorization: { interval: 5 }              | device_authorization.interval: '5' is not a duration
          device_authorization: { intervall: 5s }            | did you mean 'interval'?
          { device_authorization: { interval: 30s }, lifetimes: { device_code: 30s } } | interval: 30s is not shorter than lifetimes.device_code, 30s
          dynamic_registration: { max_clients: 0 }           | max_clients
          dynamic_registration: { unused_after: 1h }         | between
          dynamic_registration: { initial_access_tokens: [] } | enabled
          dynamic_registration: { initial_access_tokens: [short] } | at least 20
          dynamic_registration: { initial_access_tokens: ["with spaces in a long token"] } | at least 20
          dynamic_registration: { initial_access_tokens: ["sha256:abc"] } | 64 hexadecimal
          dynamic_registration: { initial_access_tokens: [null] } | the item is empty
          client_id_metadata_documents: { allowed_hosts: [] } | enabled
          client_id_metadata_documents: { blocked_hosts: ["https://a.example"] } | blocked_hosts
          client_id_metadata_documents: { blocked_hosts: ["a.*.example"] } | blocked_hosts
          client_id_metadata_documents: { allowed_hosts: ["*"] } | allowed_hosts
          client_id_metadata_documents: { allowed_host: [a.example] } | did you mean 'allowed_hosts'?
          own_network: { hosts: ["10.0.0.0/8"] }             | own_network.hosts
          own_network: { ca_file: nowhere.pem }              | own_network.ca_file
          own_network: { ca_file: . }                        | own_network.ca_file
          own_network: { ca_files: a.pem }                   | did you mean 'ca_file'?
          clients: [{ client_id: a, client_type: robot }]    | ai_service
          clients: [{ client_id: a, ai_metadata: [] }]       | ai_metadata
          accounts: [{ username: a }]                        | password
          accounts: [{ password: a }]                        | username
          accounts: [{ username: a, password: b, password_hash: c }] | either
          accounts: [{ username: a, password_hash: md5 }]    | argon2id
          accounts: [{ username: a, password: b }, { username: A, password: c }] | twice
          resources: [{ scopes: [a] }]                       | resource
          resources: [{ resource: "http://x.example" }]      | https
          resources: [{ resource: "https://x.example", scopes: a }] | scopes
          resources: [{ resource: "https://x.example", scopes: ["a b"] }] | scope
          resources: [{ resource: "https://x.example", default_scopes: [z] }] | default_scopes
          resources: [{ resource: "https://x.example", access_token_format: xml }] | opaque
          resources: [{ resource: "https://x.example" }, { resource: "https://X.example/" }] | twice
          clients: [{ client_secret: a }]                    | client_id
          clients: [{ client_id: a }, { client_id: a }]      | twice
          clients: [{ client_id: a, client_secrett: b }]     | did you mean 'client_secret'?
          clients: [{ client_id: a, token_endpoint_auth_method: client_secret_basic }] | needs a client_secret
          clients: [{ client_id: a, token_endpoint_auth_method: none, client_secret: b }] | no use
          clients: [{ client_id: a, token_endpoint_auth_method: mtls }] | must be one of
          clients: [{ client_id: a, grant_types: [client_credential] }] | did you mean 'client_credentials'?
          clients: [{ client_id: a, grant_types: [client_credentials] }] | needs a client_secret
          clients: [{ client_id: a, token_endpoint_auth_method: private_key_jwt }] | jwks
          """)
  void what_is_wrong_is_said_with_what_to_write(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message.equals("line 1 port") ? "line 1 port" : message);
  }

  @Test
  void a_key_that_comes_twice_and_a_broken_file_are_refused_without_quoting_them() {
    assertThatThrownBy(() -> parse("port: 1\nport: 2\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("repeated");
    assertThatThrownBy(() -> parse("clients:\n  - client_id: a\n    client_secret: \"hush\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("line")
        .message()
        .doesNotContain("hush");
  }

  @Test
  void a_file_that_is_not_there_is_said_so(@TempDir Path folder) {
    assertThatThrownBy(() -> ConfigurationReader.read(folder.resolve("none.yaml"), NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no such file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trusted_proxies: [null]",
        "clients: [null]",
        "accounts: [null]",
        "resources: [null]",
        "resources: [{ resource: 'https://a', default_scopes: [null] }]",
        "accounts: [{ username: a, password: b, teams: [null] }]",
        "accounts: [{ username: a, password: b, attributes: { name: null } }]"
      })
  void an_empty_item_is_reported_in_its_line(String yaml) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("the item is empty");
  }

  @Test
  void a_path_that_cannot_be_one_is_reported() {
    assertThatThrownBy(() -> parse("data: \"a\\0b\""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("data: not a path");
  }

  @Test
  void secrets_are_in_no_text() {
    ServerConfiguration configuration =
        ConfigurationReader.parse(
            """
            database: { url: "jdbc:postgresql://db/x?password=hush", user: u, password: hush }
            clients: [{ client_id: a, client_secret: hush }]
            accounts: [{ username: a, password: hush }]
            """,
            with(Map.of("LATCH_KEY_ENCRYPTION_KEY", "hush")));
    assertThat(configuration.toString()).doesNotContain("hush");
    assertThat(configuration.clients().toString()).doesNotContain("hush");
    assertThat(configuration.accounts().toString()).doesNotContain("hush");
  }

  @Test
  void an_issuer_on_loopback_says_where_to_listen() {
    assertThat(parse("issuer: http://localhost:7000").port()).isEqualTo(7000);
    assertThat(parse("{ issuer: 'http://localhost:7000', port: 1 }").port()).isEqualTo(1);
    assertThat(parse("issuer: https://auth.example:7000").port()).isEqualTo(9000);
  }

  @Test
  void somewhere_a_directory_for_the_data_must_be_named() {
    assertThatThrownBy(() -> ConfigurationReader.read(null, Overrides.of(Map.of())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("data: is missing; name a directory");
  }

  @Test
  void how_strangers_come_is_read_and_no_token_is_shown() {
    ServerConfiguration configuration =
        parse(
            """
            dynamic_registration:
              unused_after: 30d
              initial_access_tokens: [initial-token-0123456789]
            client_id_metadata_documents:
              allowed_hosts: ["*.example.com", localhost]
            clients:
              - client_id: assistant
                client_type: ai_service
                ai_metadata: { model_family: gpt }
            """);

    assertThat(configuration.dynamicRegistration().unusedAfter()).isEqualTo(Duration.ofDays(30));
    assertThat(
            configuration
                .dynamicRegistration()
                .initialAccessTokens()
                .accept("initial-token-0123456789"))
        .isTrue();
    assertThat(configuration.dynamicRegistration().toString()).doesNotContain("0123456789");
    assertThat(configuration.clientIdMetadataDocuments().allowedHosts())
        .containsExactly("*.example.com", "localhost");
    assertThat(configuration.clients().getFirst().metadata().statesAiService()).isTrue();
  }
}

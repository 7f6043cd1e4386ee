package dev.latchstring.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  private static final URI SERVER = URI.create("https://mcp.example.com/mcp");

  @TempDir Path directory;

  private Settings file(String... lines) throws Exception {
    return over(ServerSettings.NONE, lines);
  }

  private Settings over(ServerSettings first, String... lines) throws Exception {
    Path file = directory.resolve(Settings.FILE_NAME);
    Files.write(file, Arrays.asList(lines));
    return Settings.of(first, file);
  }

  private ClientException refused(String... lines) throws Exception {
    Settings settings = file(lines);
    ClientException e = catchThrowableOfType(ClientException.class, () -> settings.of(SERVER));
    assertThat(e).as(String.join("|", lines)).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.BAD_SETTINGS);
    return e;
  }

  private static ServerSettings options(String... pins) {
    return ServerSettings.ofOptions(List.of(pins), null);
  }

  @Test
  void a_file_pins_for_a_server_and_for_an_issuer_and_says_where() throws Exception {
    Settings settings =
        file(
            "# mine",
            "servers:",
            "  https://MCP.example.com/mcp:",
            "    audience: api://clinic",
            "    authorization_parameters:",
            "      prompt: consent",
            "issuers:",
            "  https://auth.example.com:",
            "    token_endpoint: https://auth.example.com/t",
            "    audience: other");

    ServerSettings pinned = settings.of(SERVER, "https://auth.example.com");

    assertThat(pinned.values())
        .containsExactly(
            Map.entry("audience", "api://clinic"),
            Map.entry("authorization_parameters.prompt", "consent"),
            Map.entry("token_endpoint", "https://auth.example.com/t"));
    assertThat(pinned.pin(Setting.AUDIENCE).origin()).endsWith("servers.yaml, line 4");
    assertThat(pinned.parameters(RequestKind.AUTHORIZATION, "https://mcp.example.com/mcp"))
        .containsExactly(
            Map.entry("resource", "https://mcp.example.com/mcp"),
            Map.entry("audience", "api://clinic"),
            Map.entry("prompt", "consent"));
    assertThat(pinned.parameters(RequestKind.TOKEN, "r")).doesNotContainKey("prompt");
    assertThat(settings.of(URI.create("https://other.example/mcp")).isEmpty()).isTrue();
  }

  @Test
  void the_command_line_stands_above_the_file_and_a_preset_below_everything() throws Exception {
    Settings settings =
        over(
            options("resource=https://a.example/x"),
            "servers:",
            "  https://mcp.example.com/mcp: {preset: entra, scope: api://x/.default}");

    ServerSettings pinned = settings.of(SERVER);

    assertThat(pinned.value(Setting.RESOURCE)).isEqualTo("https://a.example/x");
    assertThat(pinned.pin(Setting.RESOURCE).origin()).isEqualTo("--pin");
    assertThat(pinned.value(Setting.CODE_CHALLENGE_METHODS)).isEqualTo("S256");
    assertThat(pinned.pin(Setting.CODE_CHALLENGE_METHODS).origin()).isEqualTo("preset entra");
    assertThat(pinned.scope()).hasToString("api://x/.default");
  }

  @Test
  void the_settings_of_a_pinned_issuer_count_from_the_beginning() throws Exception {
    Settings settings =
        file(
            "servers:",
            "  https://mcp.example.com/mcp: {issuer: 'https://auth.example.com'}",
            "issuers:",
            "  https://auth.example.com: {metadata_url: none, token_endpoint: 'https://t.example/t'}");

    ServerSettings pinned = settings.of(SERVER);

    assertThat(pinned.isNone(Setting.METADATA_URL)).isTrue();
    assertThat(pinned.value(Setting.METADATA_URL)).isNull();
    assertThat(pinned.value(Setting.TOKEN_ENDPOINT)).isEqualTo("https://t.example/t");
  }

  @Test
  void a_file_that_is_not_there_or_says_nothing_pins_nothing() throws Exception {
    assertThat(Settings.of(ServerSettings.NONE, directory.resolve("none")).of(SERVER).isEmpty())
        .isTrue();
    assertThat(file("# nothing", "").of(SERVER).isEmpty()).isTrue();
    assertThat(file("servers: {}").of(SERVER).isEmpty()).isTrue();
  }

  @Test
  void a_mistake_in_the_file_is_told_with_its_line() throws Exception {
    String server = "  https://mcp.example.com/mcp:";
    assertThat(refused("servers:", server, "    issuerr: x"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("issuerr");
    assertThat(refused("server:", server, "    issuer: https://a.example"))
        .hasMessageContaining("line 1");
    assertThat(refused("servers:", server, "    scope: a", "    scope: b"))
        .hasMessageContaining("line 4")
        .hasMessageContaining("repeated");
    assertThat(refused("servers:", server + " {scope: a}", "  https://MCP.EXAMPLE.com/mcp: {}"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("twice");
    assertThat(refused("servers:", server, "    scope:")).hasMessageContaining("line 3");
    assertThat(refused("servers:", server, "    scope: [a, b]")).hasMessageContaining("line 3");
    assertThat(refused("servers:", server, "    token_parameters: x"))
        .hasMessageContaining("line 3");
    assertThat(refused("servers:", "  mcp.example.com: {scope: a}")).hasMessageContaining("line 2");
    assertThat(refused("servers:", "  http://mcp.example.com/: {scope: a}"))
        .hasMessageContaining("https");
    assertThat(refused("issuers:", "  https://a.example: {issuer: 'https://b.example'}"))
        .hasMessageContaining("line 2");
    assertThat(refused("servers:", "\tx")).hasMessageContaining("not the YAML");
    assertThat(refused("servers: {}", "---", "servers: {}")).hasMessageContaining("second");
    assertThat(refused("- a")).hasMessageContaining("line 1");
    assertThat(refused("servers:", server + " &a {scope: x}", "issuers: *a"))
        .hasMessageContaining("line 3");
    assertThat(refused("servers:", server, "    scope: &s a", "    audience: *s"))
        .hasMessageContaining("line 4");
  }

  @Test
  void a_secret_in_the_file_or_on_the_command_line_is_refused_and_not_repeated() throws Exception {
    ClientException e =
        refused("servers:", "  https://mcp.example.com/mcp: {client_secret: hunter2}");
    assertThat(e).hasMessageContaining("client_secret").hasMessageNotContaining("hunter2");
    assertThat(e.hint()).contains("client_secret_file").contains("client_secret_env");

    ClientException flag =
        catchThrowableOfType(ClientException.class, () -> options("client_secret=hunter2"));
    assertThat(flag).hasMessageNotContaining("hunter2");
  }

  @Test
  void a_file_that_cannot_be_read_is_told() throws Exception {
    Path file = directory.resolve(Settings.FILE_NAME);
    Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});
    assertThat(
            catchThrowableOfType(
                ClientException.class, () -> Settings.of(ServerSettings.NONE, file).of(SERVER)))
        .hasMessageContaining("UTF-8");
    Files.write(file, new byte[(int) SettingsFile.MAX_BYTES + 1]);
    assertThat(
            catchThrowableOfType(
                ClientException.class, () -> Settings.of(ServerSettings.NONE, file).of(SERVER)))
        .hasMessageContaining("larger");
  }

  @Test
  void a_path_in_the_file_is_meant_from_its_directory() throws Exception {
    ServerSettings pinned =
        file(
                "servers:",
                "  https://mcp.example.com/mcp: {client_id: a, client_secret_file: secret.txt}")
            .of(SERVER);

    assertThat(pinned.value(Setting.CLIENT_SECRET_FILE))
        .isEqualTo(directory.resolve("secret.txt").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing",
        "=x",
        "issuer=",
        "unknown=x",
        "issuer=http://auth.example.com",
        "issuer=auth.example.com",
        "issuer=https://u:p@auth.example.com",
        "token_endpoint=none",
        "token_endpoint=https://a.example/t#x",
        "code_challenge_methods_supported=plain",
        "resource=relative",
        "resource=https://a.example/#f",
        "scope=a\"b",
        "flow=Device Code",
        "preset=nobody",
        "client_secret_env=A-B",
        "token_endpoint_auth_method=tls",
        "client_metadata_url=https://a.example",
        "client_metadata_url=none",
        "token_parameters=x",
        "token_parameters.=x",
        "tokens.a=b",
        "token_parameters.client_secret=x",
        "authorization_parameters.state=x",
        "authorization_parameters.redirect_uri=https://evil.example",
        "authorization_parameters.scope=x",
        "device_parameters.resource=x",
      })
  void what_cannot_be_pinned_is_refused(String pin) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> options(pin));

    assertThat(e).as(pin).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.BAD_SETTINGS);
    assertThat(e.hint()).isNotBlank();
  }

  @Test
  void a_value_with_control_characters_or_without_end_is_refused() {
    assertThat(catchThrowableOfType(ClientException.class, () -> options("audience=a\nb")))
        .isNotNull();
    assertThat(
            catchThrowableOfType(
                ClientException.class, () -> options("audience=" + "x".repeat(2049))))
        .isNotNull();
    assertThat(
            catchThrowableOfType(ClientException.class, () -> options("audience=a", "audience=b")))
        .hasMessageContaining("twice");
  }

  @Test
  void http_is_for_this_machine() {
    assertThat(options("issuer=http://127.0.0.1:8080").value(Setting.ISSUER))
        .isEqualTo("http://127.0.0.1:8080");
  }

  @Test
  void what_was_pinned_at_a_login_is_kept_by_name() {
    ServerSettings kept =
        ServerSettings.stored(options("resource=none", "token_parameters.x=y").values());

    assertThat(kept.parameters(RequestKind.TOKEN, "https://mcp.example.com/mcp"))
        .containsExactly(Map.entry("x", "y"));
    assertThat(ServerSettings.stored(null).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void every_preset_pins_what_can_be_pinned_and_says_why(Preset preset) {
    for (Pin pin : preset.settings().all()) {
      assertThat(Pin.of(pin.name(), pin.value(), pin.origin())).isEqualTo(pin);
    }
    assertThat(preset.quirks()).isNotEmpty().allSatisfy(quirk -> assertThat(quirk).endsWith("."));
    assertThat(preset.settings().pins())
        .doesNotContainKeys(
            preset.needs().stream()
                .map(Setting::key)
                .filter(key -> !key.equals("issuer"))
                .toArray(String[]::new));
    assertThat(Preset.of(preset.key())).contains(preset);
  }

  @Test
  void a_preset_is_suggested_where_an_address_looks_like_it_and_nowhere_else() {
    assertThat(suggested("https://login.microsoftonline.com/x/v2.0")).containsExactly(Preset.ENTRA);
    assertThat(suggested("https://acme.okta.com/oauth2/default")).containsExactly(Preset.OKTA);
    assertThat(suggested("https://acme.eu.auth0.com/")).containsExactly(Preset.AUTH0);
    assertThat(suggested("https://sso.example.com/realms/acme")).containsExactly(Preset.KEYCLOAK);
    assertThat(suggested("https://github.com/login/oauth")).containsExactly(Preset.GITHUB);
    assertThat(suggested("https://notgithub.com/login/oauth")).isEmpty();
    assertThat(suggested("https://github.com.evil.example/")).isEmpty();
    assertThat(suggested("https://auth.example.com")).isEmpty();
  }

  private static List<Preset> suggested(String address) {
    return Preset.suggestedFor(URI.create(address));
  }
}

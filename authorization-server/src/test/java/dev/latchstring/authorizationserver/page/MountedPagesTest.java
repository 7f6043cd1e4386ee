package dev.latchstring.authorizationserver.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.page.Visitor.Answer;
import dev.latchstring.oauth.FormParameters;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages of a whole server whose issuer has a path, behind a proxy that speaks TLS. */
class MountedPagesTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            """
            issuer: https://auth.example/clinic
            trusted_proxies: [127.0.0.1, "::1"]
            accounts:
              - username: alice
                password: "correct horse"
                attributes: { name: Alice Moreau }
            resources:
              - resource: https://clinic.example/mcp
                name: Riverside Clinic
                scopes: { "clinic:read": Look up patients, "clinic:write": "" }
            """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private final Visitor alice =
      new Visitor(server.server().port()).header("X-Forwarded-For", "198.51.100.10");

  @Test
  void a_device_behind_the_proxy_is_allowed_from_elsewhere() {
    String clientId =
        server
            .postJson(
                "/clinic/register",
                """
                {"client_name": "latch on build-7", "token_endpoint_auth_method": "none",
                 "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]}
                """)
            .text("client_id");
    RunningServer.Answer asked =
        server.send(
            server
                .request("/clinic/device_authorization", "X-Forwarded-For", "198.51.100.9")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        FormParameters.encode(
                            RunningServer.form(
                                "client_id", clientId, "scope", "clinic:read clinic:write")))));
    String address = asked.text("verification_uri_complete");
    assertThat(address).startsWith("https://auth.example/clinic/device?user_code=");

    Answer form = alice.open(address.substring("https://auth.example".length()));
    assertThat(form.title()).isEqualTo("Sign in");
    Answer code =
        alice.submit(
            "/clinic/sign-in", form.with("username", "alice", "password", "correct horse"));
    assertThat(code.title()).isEqualTo("Is this your code?");
    Answer page = alice.submit("/clinic/device", code.with("user_code", asked.text("user_code")));
    assertThat(page.body())
        .contains("latch on build-7")
        .contains("Not verified")
        .contains("198.51.100.9")
        .contains("198.51.100.10")
        .contains("Riverside Clinic")
        .contains("Look up patients")
        .contains("clinic:write");
    Answer outcome = alice.submit("/clinic/device/request", page.with("decision", "allow"));
    assertThat(outcome.title()).isEqualTo("Allowed");

    RunningServer.Answer token =
        server.post(
            "/clinic/token",
            "grant_type",
            RunningServer.DEVICE_GRANT,
            "client_id",
            clientId,
            "device_code",
            asked.text("device_code"));
    assertThat(token.status()).isEqualTo(200);
    assertThat(token.text("scope")).isEqualTo("clinic:read clinic:write");
  }

  @Test
  void the_cookie_is_bound_to_the_host_and_https_stays() {
    Answer answer = alice.get("/clinic/sign-in");

    assertThat(answer.header("Set-Cookie"))
        .matches("__Host-latchstring=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure");
    assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
  }

  @Test
  void what_the_pages_name_is_served() {
    String body = alice.get("/clinic/sign-in").body();

    for (String path : new String[] {"style", "icon"}) {
      String address =
          body.replaceAll("(?s).*href=\"(/clinic/assets/" + path + "\\.[^\"]*)\".*", "$1");
      assertThat(alice.get(address).status()).isEqualTo(200);
    }
  }

  @Test
  void a_browser_that_is_lost_gets_a_page_and_a_program_gets_json() {
    Answer person = alice.header("Accept", "text/html,application/xhtml+xml").get("/");
    Answer program = alice.without("Accept").get("/");

    assertThat(person.status()).isEqualTo(404);
    assertThat(person.title()).isEqualTo("There is nothing here");
    assertThat(program.header("Content-Type")).isEqualTo("application/json");
  }
}

package dev.latchstring.authorizationserver.logout;

import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeemAsWeb;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.authorizationserver.document.DocumentHost;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect RP-Initiated Logout 1.0. */
class EndSessionTest {
  private static final String BACK = "https://app.example/bye";
  private static final String YAML =
      CodeFlow.YAML.replace(
          "    client_uri: https://app.example/about\n",
          "    client_uri: https://app.example/about\n"
              + "    post_logout_redirect_uris: [\"https://app.example/bye\","
              + " \"https://app.example/bye?from=op\", \"com.example.app:/bye\"]\n");

  private RunningServer server;
  private CodeFlow browser;

  @BeforeEach
  void start() {
    server = RunningServer.start(YAML);
    browser = new CodeFlow(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String idToken() {
    return redeemAsWeb(server, browser.code(webRequest("scope", "openid"))).text("id_token");
  }

  private Seen endSession(CodeFlow visitor, String... parameters) {
    return visitor.open("/end_session?" + FormParameters.encode(RunningServer.form(parameters)));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static boolean isSignedIn(CodeFlow visitor) {
    return !visitor.open("/account").title().equals("Sign in");
  }

  @Test
  void an_id_token_of_the_person_signs_out_at_once_and_leads_back_with_the_state() {
    Seen seen =
        endSession(
            browser,
            "id_token_hint",
            idToken(),
            "post_logout_redirect_uri",
            BACK,
            "state",
            "s t&a=te");

    assertThat(seen.status()).isEqualTo(303);
    assertThat(seen.leadsTo()).isEqualTo(BACK + "?state=s+t%26a%3Dte");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void a_query_that_was_registered_stays_and_without_a_state_nothing_is_added() {
    String token = idToken();

    Seen with =
        endSession(
            browser,
            "id_token_hint",
            token,
            "post_logout_redirect_uri",
            BACK + "?from=op",
            "state",
            "x");
    assertThat(with.leadsTo()).isEqualTo(BACK + "?from=op&state=x");
    browser.signIn(browser.open("/account"));
    assertThat(
            endSession(browser, "id_token_hint", token, "post_logout_redirect_uri", BACK).leadsTo())
        .isEqualTo(BACK);
  }

  @Test
  void an_id_token_may_be_expired_and_without_an_address_there_is_a_page() {
    String token = idToken();
    server.clock().advance(Duration.ofMinutes(50));

    Seen seen = endSession(browser, "id_token_hint", token, "client_id", "web");

    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.title()).isEqualTo("You’re signed out");
    assertThat(seen.leadsTo()).isEmpty();
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void a_form_of_the_client_does_the_same() {
    Map<String, String> form =
        RunningServer.form(
            "id_token_hint", idToken(), "post_logout_redirect_uri", BACK, "state", "x");

    Answer posted =
        server.send(
            server
                .request("/end_session", "Origin", "https://app.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(FormParameters.encode(form))));

    assertThat(posted.status()).isEqualTo(303);
    assertThat(posted.header("Set-Cookie")).isEmpty();
    assertThat(posted.header("Location")).doesNotContain(form.get("id_token_hint"));
    assertThat(isSignedIn(browser)).isTrue();
    assertThat(browser.open(posted.header("Location")).leadsTo()).isEqualTo(BACK + "?state=x");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void without_an_id_token_the_person_is_asked_and_led_nowhere_by_itself() {
    idToken();

    Seen page =
        endSession(browser, "client_id", "web", "post_logout_redirect_uri", BACK, "state", "x");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.title()).isEqualTo("Sign out?");
    assertThat(page.body())
        .contains("Alice Moreau (alice)")
        .contains("Example Web App")
        .contains("<bdi>app.example</bdi>")
        .contains("stay connected");
    assertThat(isSignedIn(browser)).isTrue();
    Seen done = browser.submit(page, "request", page.form("request").get("request"));
    assertThat(done.title()).isEqualTo("You’re signed out");
    assertThat(done.leadsTo()).isEmpty();
    assertThat(done.body()).contains("href=\"" + BACK + "?state=x\"").contains("app.example");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void a_bare_request_asks_and_says_no_more_than_it_knows() {
    browser.signIn(browser.open("/account"));

    Seen page = endSession(browser);

    assertThat(page.title()).isEqualTo("Sign out?");
    assertThat(page.body()).doesNotContain("Who is asking").doesNotContain("go on");
    assertThat(endSession(new CodeFlow(server)).title()).isEqualTo("You’re signed out");
  }

  @Test
  void somebody_else_s_id_token_asks_and_goes_on_after_a_yes() {
    String alice = idToken();
    CodeFlow bob = new CodeFlow(server);
    bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");

    Seen page = endSession(bob, "id_token_hint", alice, "post_logout_redirect_uri", BACK);

    assertThat(page.title()).isEqualTo("Sign out?");
    assertThat(page.body()).contains("another account");
    assertThat(isSignedIn(bob)).isTrue();
    Seen done = bob.submit(page, "request", page.form("request").get("request"));
    assertThat(done.leadsTo()).isEqualTo(BACK);
    assertThat(isSignedIn(bob)).isFalse();
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void a_logout_hint_for_another_name_is_a_reason_to_ask() {
    String token = idToken();

    assertThat(endSession(browser, "id_token_hint", token, "logout_hint", "bob").title())
        .isEqualTo("Sign out?");
    assertThat(endSession(browser, "id_token_hint", token, "logout_hint", "alice").title())
        .isEqualTo("You’re signed out");
  }

  @Test
  void an_id_token_that_is_not_from_here_counts_for_nothing() throws Exception {
    SignedJWT real = SignedJWT.parse(idToken());
    RSAKey key = new RSAKeyGenerator(2048).keyID(real.getHeader().getKeyID()).generate();
    SignedJWT forged =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .type(real.getHeader().getType())
                .build(),
            real.getJWTClaimsSet());
    forged.sign(new RSASSASigner(key));
    String[] parts = real.getParsedString().split("\\.");
    String accessToken =
        redeemAsWeb(server, browser.code(webRequest("scope", "openid"))).text("access_token");

    for (String hint :
        List.of(
            forged.serialize(),
            parts[0] + "." + parts[1] + ".",
            "eyJhbGciOiJub25lIn0." + parts[1] + ".",
            accessToken,
            parts[0] + "." + base64("{\"aud\":" + "[".repeat(5_000)) + "." + parts[2],
            parts[0] + "." + base64("{\"aud\":[],\"iat\":1e9}") + "." + parts[2],
            parts[0] + "." + base64("{\"aud\":\"\",\"iat\":-1}") + "." + parts[2],
            "nonsense",
            "x".repeat(17_000).substring(0, 9_000))) {
      Seen page = endSession(browser, "id_token_hint", hint, "client_id", "web");
      assertThat(page.title()).isEqualTo("Sign out?");
    }
    assertThat(
            endSession(
                    browser, "id_token_hint", forged.serialize(), "post_logout_redirect_uri", BACK)
                .status())
        .isEqualTo(400);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          post_logout_redirect_uri | https://app.example/bye/
          post_logout_redirect_uri | https://app.example/bye?x=1
          post_logout_redirect_uri | https://app.example/cb
          post_logout_redirect_uri | https://APP.example/bye
          post_logout_redirect_uri | https://evil.example/
          post_logout_redirect_uri | //evil.example/
          post_logout_redirect_uri | javascript:alert(1)
          client_id                | other-web
          client_id                | nobody
          """)
  void what_does_not_belong_together_signs_nobody_out_and_leads_nowhere(String name, String value) {
    Map<String, String> parameters =
        RunningServer.form("id_token_hint", idToken(), "post_logout_redirect_uri", BACK);
    parameters.put(name, value);

    Seen page = browser.open("/end_session?" + FormParameters.encode(parameters));

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.title()).isEqualTo("Sign out?");
    assertThat(page.body()).contains("role=\"alert\"").doesNotContain("evil.example");
    assertThat(isSignedIn(browser)).isTrue();
    Seen done = browser.submit(page, "request", page.form("request").get("request"));
    assertThat(done.status()).isEqualTo(400);
    assertThat(done.leadsTo()).isEmpty();
    assertThat(done.body()).doesNotContain("app.example/").doesNotContain("javascript:");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void another_clients_addresses_are_not_this_ones() {
    assertThat(
            endSession(browser, "client_id", "other-web", "post_logout_redirect_uri", BACK)
                .status())
        .isEqualTo(400);
    assertThat(endSession(browser, "post_logout_redirect_uri", BACK).status()).isEqualTo(400);
  }

  @Test
  void what_comes_twice_or_is_too_much_is_refused() {
    String token = idToken();
    assertThat(browser.open("/end_session?client_id=web&client_id=web").status()).isEqualTo(400);
    assertThat(
            endSession(
                    browser,
                    "id_token_hint",
                    token,
                    "post_logout_redirect_uri",
                    BACK,
                    "state",
                    "x".repeat(LogoutRequest.MAX_STATE + 1))
                .status())
        .isEqualTo(400);
    assertThat(endSession(browser, "logout_hint", "x".repeat(201)).status()).isEqualTo(400);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void a_stranger_s_link_leads_nowhere_by_itself_unless_the_person_is_the_one_it_knows() {
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "redirect_uris", List.of("https://stranger.example/cb"),
                        "post_logout_redirect_uris", List.of("https://stranger.example/bye"),
                        "token_endpoint_auth_method", "none")))
            .text("client_id");
    String token =
        CodeFlow.redeem(
                server,
                browser.code(
                    request(
                        "client_id",
                        id,
                        "redirect_uri",
                        "https://stranger.example/cb",
                        "scope",
                        "openid")),
                "client_id",
                id,
                "redirect_uri",
                "https://stranger.example/cb")
            .text("id_token");
    String[] asked = {
      "id_token_hint", token, "post_logout_redirect_uri", "https://stranger.example/bye"
    };

    CodeFlow victim = new CodeFlow(server);
    Seen link = endSession(victim, asked);
    assertThat(link.leadsTo()).isEmpty();
    assertThat(link.body()).contains("<bdi>stranger.example</bdi>").contains("isn’t part of this");
    victim.submit(victim.open("/account"), "username", "bob", "password", "battery staple");
    Seen page = endSession(victim, asked);
    assertThat(victim.submit(page, "request", page.form("request").get("request")).leadsTo())
        .isEmpty();
    assertThat(endSession(browser, asked).leadsTo()).isEqualTo("https://stranger.example/bye");
  }

  @Test
  void a_client_that_publishes_its_metadata_names_its_addresses_there() {
    try (DocumentHost host = DocumentHost.start()) {
      String id =
          host.client(
              "/client.json", "\"post_logout_redirect_uris\": [\"http://127.0.0.1:7/bye\"]");
      browser.signIn(browser.open("/account"));

      Seen page =
          endSession(
              browser, "client_id", id, "post_logout_redirect_uri", "http://127.0.0.1:7/bye");

      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body()).contains("Not verified beyond its domain").contains("127.0.0.1:7");
      assertThat(
              endSession(
                      browser,
                      "client_id",
                      id,
                      "post_logout_redirect_uri",
                      "http://127.0.0.1:8/bye")
                  .status())
          .as("no port is free here")
          .isEqualTo(400);
    }
  }

  @Test
  void nobody_else_can_say_yes() {
    browser.signIn(browser.open("/account"));
    Seen page = endSession(browser, "client_id", "web");
    Map<String, String> form = page.form("request");

    assertThat(
            browser.post("/end_session/request", form, "Origin", "https://evil.example").status())
        .isEqualTo(403);
    form.put("form_token", "x".repeat(43));
    assertThat(browser.post("/end_session/request", form).status()).isEqualTo(403);
    form.remove("form_token");
    assertThat(browser.post("/end_session/request", form).status()).isEqualTo(403);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "x.y", ".", "e30.e30"})
  void a_ticket_that_was_not_made_here_is_too_old(String ticket) {
    browser.signIn(browser.open("/account"));

    Seen page =
        browser.open(
            "/end_session/request?" + FormParameters.encode(RunningServer.form("request", ticket)));

    assertThat(page.status()).isEqualTo(400);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void a_ticket_that_was_changed_or_is_old_is_none() {
    Seen first =
        browser.get(
            "/end_session?"
                + FormParameters.encode(RunningServer.form("id_token_hint", idToken())));
    String way = first.header("Location");
    String changed = way.substring(0, way.length() - 3) + (way.endsWith("AAA") ? "BBB" : "AAA");

    assertThat(browser.open(changed).status()).isEqualTo(400);
    server.clock().advance(LogoutTickets.LIFETIME);
    assertThat(browser.open(way).status()).isEqualTo(400);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void looking_with_head_ends_nothing() {
    String way =
        browser
            .get(
                "/end_session?"
                    + FormParameters.encode(RunningServer.form("id_token_hint", idToken())))
            .header("Location");

    Seen looked = browser.head(way);

    assertThat(looked.status()).isEqualTo(405);
    assertThat(looked.header("Allow")).isEqualTo("GET, POST");
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void what_programs_were_given_stays() {
    Answer tokens = redeemAsWeb(server, browser.code(webRequest("scope", "openid clinic:read")));

    endSession(browser, "id_token_hint", tokens.text("id_token"));

    assertThat(
            server
                .postAs(
                    "web",
                    "web-secret-0123456789-0123",
                    "/token",
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    tokens.text("refresh_token"))
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"http://app.example/bye\"]",
        "[\"javascript:alert(1)\"]",
        "[\"https://app.example/bye#f\"]",
        "[\"https://user@app.example/bye\"]",
        "[\"https://app.example/bye?state=x\"]",
        "[null]",
        "\"https://app.example/bye\"",
        "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]"
      })
  void an_address_that_breaks_the_rules_of_redirects_is_not_registered(String uris) {
    Answer answer =
        server.postJson(
            "/register",
            "{\"redirect_uris\":[\"https://app.example/cb\"],\"post_logout_redirect_uris\":"
                + uris
                + "}");

    assertThat(answer.outcome()).isEqualTo("400 invalid_client_metadata");
  }

  @Test
  void a_registration_repeats_what_was_registered() {
    Answer answer =
        server.postJson(
            "/register",
            """
            {"redirect_uris":["https://app.example/cb"],
             "post_logout_redirect_uris":["https://app.example/bye"]}
            """);

    assertThat(answer.json().path("post_logout_redirect_uris").toString())
        .isEqualTo("[\"https://app.example/bye\"]");
  }

  @Test
  void another_client_library_builds_the_request_from_the_metadata() throws Exception {
    OIDCProviderMetadata metadata =
        OIDCProviderMetadata.parse(server.get("/.well-known/openid-configuration").body());
    URI request =
        new com.nimbusds.openid.connect.sdk.LogoutRequest(
                metadata.getEndSessionEndpointURI(),
                JWTParser.parse(idToken()),
                "alice",
                new ClientID("web"),
                URI.create(BACK),
                new State("x"),
                List.of())
            .toURI();

    assertThat(browser.open(request.getRawPath() + "?" + request.getRawQuery()).leadsTo())
        .isEqualTo(BACK + "?state=x");
  }
}

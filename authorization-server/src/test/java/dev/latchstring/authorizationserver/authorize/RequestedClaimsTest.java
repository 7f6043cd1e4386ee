package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules.PASSWORD_ACR;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeem;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeemAsWeb;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.openid.connect.sdk.OIDCClaimsRequest;
import com.nimbusds.openid.connect.sdk.claims.ClaimRequirement;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSetRequest;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Core §5.5 and §3.1.2.2: what is asked for claim by claim, and about whom. */
class RequestedClaimsTest {
  private static final String YAML =
      CodeFlow.YAML.replace(
          "attributes: { name: Alice Moreau }",
          "attributes: { name: Alice Moreau, email: alice@example.com, locale: fr, birthdate: 1985-03-03 }");

  private static final String EMAIL_TO_BOTH =
      """
      {"userinfo": {"email": {"essential": true}, "birthdate": null, "other": {"x": [1]}},
       "id_token": {"email": null, "auth_time": {"essential": true}}, "more": 1}
      """;

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

  private static Map<String, String> openid(String claims, String... changes) {
    Map<String, String> request = webRequest("scope", "openid", "claims", claims);
    request.putAll(RunningServer.form(changes));
    return request;
  }

  private Answer userinfo(Answer tokens) {
    return server.get("/userinfo", "Authorization", "Bearer " + tokens.text("access_token"));
  }

  private static JWTClaimsSet idToken(Answer tokens) throws ParseException {
    return SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet();
  }

  private String subject() throws ParseException {
    return idToken(redeemAsWeb(server, browser.code(webRequest("scope", "openid")))).getSubject();
  }

  @Test
  void what_is_asked_for_by_name_is_shown_told_and_nothing_else() throws Exception {
    Seen page = browser.signIn(browser.authorize(openid(EMAIL_TO_BOTH)));
    assertThat(page.body())
        .contains("Know who you are")
        .contains("See your email address")
        .doesNotContain("birthdate");

    Answer tokens =
        redeemAsWeb(server, browser.submit(page, "decision", "allow").answer().required("code"));

    assertThat(idToken(tokens).getStringClaim("email")).isEqualTo("alice@example.com");
    assertThat(idToken(tokens).getClaims()).doesNotContainKeys("name", "email_verified");
    assertThat(userinfo(tokens).json().propertyNames()).containsExactly("sub", "email");
  }

  @Test
  void each_place_tells_what_was_asked_for_it() throws Exception {
    Answer tokens =
        redeemAsWeb(
            server,
            browser.code(openid("{\"userinfo\":{\"locale\":null},\"id_token\":{\"name\":null}}")));

    assertThat(idToken(tokens).getStringClaim("name")).isEqualTo("Alice Moreau");
    assertThat(idToken(tokens).getClaim("locale")).isNull();
    assertThat(userinfo(tokens).json().propertyNames()).containsExactly("sub", "locale");
  }

  @Test
  void what_nobody_has_is_no_error_however_essential() {
    Answer tokens =
        redeemAsWeb(
            server,
            browser.code(
                openid("{\"userinfo\":{\"zoneinfo\":{\"essential\":true},\"a#b\":null}}")));

    assertThat(userinfo(tokens).json().propertyNames()).containsExactly("sub");
  }

  @Test
  void a_refresh_keeps_to_it_and_so_does_a_narrower_one() throws Exception {
    Answer first = redeemAsWeb(server, browser.code(openid(EMAIL_TO_BOTH)));

    Answer again =
        server.postAs(
            "web",
            "web-secret-0123456789-0123",
            "/token",
            "grant_type",
            "refresh_token",
            "refresh_token",
            first.text("refresh_token"),
            "scope",
            "openid");

    assertThat(idToken(again).getStringClaim("email")).isEqualTo("alice@example.com");
    assertThat(userinfo(again).text("email")).isEqualTo("alice@example.com");
  }

  @Test
  void a_pushed_request_says_it_too_and_is_refused_where_it_is_wrong() throws Exception {
    Map<String, String> request = new LinkedHashMap<>(openid(EMAIL_TO_BOTH));
    Answer pushed = push(request);
    assertThat(pushed.status()).isEqualTo(201);
    String code =
        browser.code(
            RunningServer.form("client_id", "web", "request_uri", pushed.text("request_uri")));
    assertThat(idToken(redeemAsWeb(server, code)).getStringClaim("email")).isNotNull();

    request.put("claims", "{");
    assertThat(push(request).outcome()).isEqualTo("400 invalid_request");
  }

  private Answer push(Map<String, String> request) {
    return server.postRaw(
        "/par",
        dev.latchstring.oauth.FormParameters.encode(request),
        "Authorization",
        RunningServer.basic("web", "web-secret-0123456789-0123"));
  }

  @Test
  void a_consent_is_remembered_for_the_claims_it_was_given_for() {
    browser.code(openid("{\"userinfo\":{\"email\":null}}"));

    assertThat(browser.authorize(openid("{\"userinfo\":{\"email\":null}}")).outcome())
        .isEqualTo("redirect code");
    assertThat(browser.authorize(openid("{\"id_token\":{\"locale\":null}}")).title())
        .isEqualTo("Allow or deny?");
    assertThat(
            browser
                .authorize(openid("{\"id_token\":{\"locale\":null}}", "prompt", "none"))
                .outcome())
        .isEqualTo("redirect consent_required");
    assertThat(browser.authorize(webRequest("scope", "openid email")).title())
        .as("a claim is not its scope")
        .isEqualTo("Allow or deny?");
    assertThat(browser.open("/account").body()).contains("See your email address");
  }

  @Test
  void a_scope_that_was_allowed_has_its_claims() {
    browser.code(webRequest("scope", "openid email"));

    assertThat(browser.authorize(openid("{\"userinfo\":{\"email\":null}}")).outcome())
        .isEqualTo("redirect code");
  }

  @Test
  void a_client_that_may_not_have_the_scope_does_not_get_its_claims() {
    try (RunningServer narrow =
        RunningServer.start(
            YAML.replace("scope: \"clinic:read\"", "scope: \"openid clinic:read\""))) {
      CodeFlow visitor = new CodeFlow(narrow);
      Map<String, String> request =
          request(
              "client_id",
              "narrow",
              "redirect_uri",
              "http://localhost/callback",
              "scope",
              "openid",
              "claims",
              EMAIL_TO_BOTH);
      Seen page = visitor.signIn(visitor.authorize(request));
      assertThat(page.body()).doesNotContain("email");

      Answer tokens =
          redeem(
              narrow,
              visitor.submit(page, "decision", "allow").answer().required("code"),
              "client_id",
              "narrow",
              "redirect_uri",
              "http://localhost/callback");

      assertThat(
              narrow
                  .get("/userinfo", "Authorization", "Bearer " + tokens.text("access_token"))
                  .json()
                  .propertyNames())
          .containsExactly("sub");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "null",
        "[]",
        "\"email\"",
        "{\"userinfo\":null}",
        "{\"userinfo\":[]}",
        "{\"id_token\":\"email\"}",
        "{\"userinfo\":{},\"userinfo\":{}}",
        "{\"userinfo\":{\"email\":true}}",
        "{\"userinfo\":{\"other\":[]}}",
        "{\"userinfo\":{\"email\":{\"essential\":\"yes\"}}}",
        "{\"userinfo\":{\"email\":{\"values\":\"a\"}}}",
        "{\"userinfo\":{\"email\":{\"values\":[]}}}",
        "{\"userinfo\":{\"email\":{\"value\":\"a\",\"values\":[\"b\"]}}}",
        "{\"id_token\":{\"sub\":{\"value\":5}}}",
        "{\"id_token\":{\"sub\":{\"values\":[null]}}}",
        "{\"id_token\":{\"acr\":{\"values\":[{}]}}}",
        "{\"id_token\":{\"sub\":{\"value\":\"a\"}},\"userinfo\":{\"sub\":{\"value\":\"b\"}}}",
        "{\"id_token\":{\"sub\":{\"values\":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]}}}"
      })
  void what_is_not_of_its_form_is_refused(String claims) {
    Seen seen = browser.authorize(openid(claims));

    assertThat(seen.outcome()).isEqualTo("redirect invalid_request");
    assertThat(seen.answer().required("error_description")).startsWith("claims");
  }

  @Test
  void what_is_too_much_is_refused() {
    StringBuilder many = new StringBuilder("{\"userinfo\":{\"a\":null");
    for (int i = 0; i < ClaimsParameter.MAX_CLAIMS; i++) {
      many.append(",\"c").append(i).append("\":null");
    }
    assertThat(browser.authorize(openid(many + "}}")).outcome())
        .isEqualTo("redirect invalid_request");
    assertThat(
            browser.authorize(openid("{" + " ".repeat(ClaimsParameter.MAX_LENGTH) + "}")).outcome())
        .isEqualTo("redirect invalid_request");
    assertThat(
            browser
                .authorize(openid("{\"other\":" + "[".repeat(40) + "]".repeat(40) + "}"))
                .outcome())
        .isEqualTo("redirect invalid_request");
  }

  @Test
  void without_openid_it_is_refused_for_nobody_would_heed_it() {
    assertThat(browser.authorize(webRequest("claims", "{}")).outcome())
        .isEqualTo("redirect invalid_request");
  }

  @Test
  void an_essential_acr_that_cannot_be_met_is_an_error_and_a_voluntary_one_is_not()
      throws Exception {
    String asked = "{\"id_token\":{\"acr\":{\"essential\":%s,\"values\":[\"phr\",\"%s\"]}}}";

    assertThat(browser.authorize(openid(asked.formatted("true", "phrh"))).outcome())
        .isEqualTo("redirect unmet_authentication_requirements");
    for (String claims :
        new String[] {
          asked.formatted("true", PASSWORD_ACR),
          asked.formatted("false", "phrh"),
          "{\"id_token\":{\"acr\":{\"value\":\"phr\"}}}",
          "{\"id_token\":{\"acr\":{\"essential\":true}}}",
          "{\"id_token\":{\"acr\":null}}"
        }) {
      assertThat(idToken(redeemAsWeb(server, browser.code(openid(claims)))).getStringClaim("acr"))
          .as(claims)
          .isEqualTo(PASSWORD_ACR);
    }
  }

  private static String about(String subject) {
    return "{\"id_token\":{\"sub\":{\"value\":\"" + subject + "\"}}}";
  }

  @Test
  void who_is_asked_for_gets_through() throws Exception {
    String alice = subject();

    assertThat(browser.authorize(openid(about(alice), "prompt", "none")).outcome())
        .isEqualTo("redirect code");
    assertThat(
            browser
                .authorize(
                    openid(
                        "{\"userinfo\":{\"sub\":{\"values\":[\"nobody\",\"" + alice + "\"]}}}",
                        "prompt",
                        "none"))
                .outcome())
        .isEqualTo("redirect code");
    CodeFlow elsewhere = new CodeFlow(server);
    assertThat(elsewhere.decide(openid(about(alice)), "allow").outcome())
        .isEqualTo("redirect code");
  }

  @Test
  void nobody_else_does_signed_in_or_not() throws Exception {
    String alice = subject();
    CodeFlow bob = new CodeFlow(server);
    bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");
    server.clock().advance(Duration.ofSeconds(1));

    assertThat(bob.authorize(openid(about(alice), "prompt", "none")).outcome())
        .isEqualTo("redirect login_required");
    Seen signIn = bob.authorize(openid(about(alice)));
    assertThat(signIn.title()).isEqualTo("Sign in");
    assertThat(signIn.body()).contains("another account");
    Seen again = bob.submit(signIn, "username", "bob", "password", "battery staple");
    assertThat(again.outcome()).isEqualTo("redirect login_required");
    server.clock().advance(Duration.ofSeconds(1));
    assertThat(bob.signIn(bob.authorize(openid(about(alice)))).outcome())
        .as("whoever can sign in as the right one may")
        .isEqualTo("redirect code");
    assertThat(bob.authorize(openid(about("nobody"), "prompt", "none")).outcome())
        .isEqualTo("redirect login_required");
  }

  @Test
  void whoever_takes_the_browser_over_while_it_waits_decides_nothing() throws Exception {
    String alice = subject();
    server.clock().advance(Duration.ofSeconds(1));
    Seen page = browser.authorize(openid(about(alice), "prompt", "consent"));
    assertThat(page.title()).isEqualTo("Allow or deny?");
    server.clock().advance(Duration.ofSeconds(1));
    browser.cookies().clear();
    browser.submit(browser.open("/account"), "username", "bob", "password", "battery staple");
    Map<String, String> form = browser.open("/account").form("action");
    form.put("request", page.form("decision").get("request"));
    form.put("decision", "allow");

    assertThat(browser.follow(browser.post("/authorize/request", form)).outcome())
        .isEqualTo("redirect login_required");
  }

  @Test
  void another_client_library_asks_the_same() throws Exception {
    OIDCClaimsRequest claims =
        new OIDCClaimsRequest()
            .withUserInfoClaimsRequest(
                new ClaimsSetRequest()
                    .add(
                        new ClaimsSetRequest.Entry("email")
                            .withClaimRequirement(ClaimRequirement.ESSENTIAL)))
            .withIDTokenClaimsRequest(
                new ClaimsSetRequest()
                    .add(
                        new ClaimsSetRequest.Entry("acr")
                            .withClaimRequirement(ClaimRequirement.ESSENTIAL)
                            .withValue(PASSWORD_ACR)));

    Answer tokens = redeemAsWeb(server, browser.code(openid(claims.toJSONString())));

    assertThat(idToken(tokens).getStringClaim("acr")).isEqualTo(PASSWORD_ACR);
    assertThat(userinfo(tokens).text("email")).isEqualTo("alice@example.com");
  }
}

package dev.latchstring.benchmarks.endpoints;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The traffic of each row, with what has to be made beforehand: tokens, codes, device logins. */
final class Rows {
  /** The client of all that needs one. */
  static final String CLIENT = "bench";

  static final String SECRET = "0123456789abcdef0123456789abcdef";
  static final String RESOURCE = "http://localhost:9100/mcp";
  static final String SCOPE = "clinic:read";
  static final String REDIRECT_URI = "https://app.example/callback";

  /** RFC 7636, appendix B. */
  static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final Pattern ACCESS_TOKEN = member("access_token");
  private static final Pattern REFRESH_TOKEN = member("refresh_token");
  private static final Pattern DEVICE_CODE = member("device_code");
  private static final Pattern USER_CODE = member("user_code");
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

  /** What is rotated by 32 connections at once. */
  private static final int REFRESH_TOKENS = 64;

  private static final double LONGEST_LOGINS = 60;
  private static final String PASSWORD = "correct%20horse%20battery";

  private final Server server;
  private final Contestant contestant;
  private final double patience;

  /**
   * @param patience how many seconds may be spent on making what one row needs
   */
  Rows(Server server, double patience) {
    this.server = server;
    this.contestant = server.contestant();
    this.patience = patience;
  }

  /**
   * @param count how many requests are wanted where each can be sent once
   */
  Traffic traffic(Row row, int count) throws IOException, InterruptedException {
    Paths paths = contestant.paths();
    return switch (row) {
      case METADATA -> Traffic.get(paths.metadata());
      case JWKS -> Traffic.get(paths.jwks());
      case CLIENT_CREDENTIALS -> clientCredentials(CLIENT);
      case INTROSPECTION_CACHED -> introspection(tokens(1).getFirst());
      case INTROSPECTION_COLD ->
          introspection(Traffic.VALUE).each(tokens(count)).answered(200, "\"active\":true");
      case USERINFO ->
          Traffic.get(paths.userinfo()).with("Authorization", "Bearer " + personsToken("openid"));
      case PUSHED_REQUEST ->
          authenticated(
                  Traffic.form(paths.pushedRequest(), authorizationRequest(CLIENT, SCOPE)), CLIENT)
              .answered(201, "");
      case AUTHORIZATION_CODE -> codeRedemption(CLIENT).each(codes(CLIENT, SCOPE, count));
      case REFRESH_TOKEN -> refresh();
      case DEVICE_AUTHORIZATION -> deviceAuthorization();
      case DEVICE_POLL ->
          devicePoll()
              .each(all(DEVICE_CODE, deviceLogins(count)))
              .answered(400, "authorization_pending");
      case DEVICE_CODE -> devicePoll().each(approved(count));
      case TOKEN_EXCHANGE ->
          authenticated(
              Traffic.form(
                  paths.token(),
                  "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:access_token"
                      + contestant.exchangeTarget()
                      + "&subject_token="
                      + personsToken(SCOPE)),
              CLIENT);
      case JWT_BEARER ->
          Traffic.form(
              paths.token(),
              "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion="
                  + contestant.assertion(server));
    };
  }

  /** The query of a request for a code, or the body of one that is pushed. */
  static String authorizationRequest(String client, String scope) {
    return "response_type=code&client_id="
        + client
        + "&redirect_uri="
        + encoded(REDIRECT_URI)
        + "&scope="
        + encoded(scope)
        + "&state=af0ifjsldkj&code_challenge="
        + CHALLENGE
        + "&code_challenge_method=S256";
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** The client's own authentication; a public client says who it is in the body. */
  private static Traffic authenticated(Traffic traffic, String client) {
    String pair = client + ":" + SECRET;
    return client.equals(Latch.PUBLIC_CLIENT)
        ? traffic
        : traffic.with(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(US_ASCII)));
  }

  private Traffic token(String body, String client) {
    String named = client.equals(Latch.PUBLIC_CLIENT) ? "&client_id=" + client : "";
    return authenticated(Traffic.form(contestant.paths().token(), body + named), client);
  }

  private Traffic clientCredentials(String client) {
    return token("grant_type=client_credentials&scope=" + SCOPE, client);
  }

  private Traffic introspection(String token) {
    Traffic traffic = Traffic.form(contestant.paths().introspection(), "token=" + token);
    return authenticated(traffic, contestant.introspecting());
  }

  private Traffic codeRedemption(String client) {
    return token(
        "grant_type=authorization_code&redirect_uri="
            + encoded(REDIRECT_URI)
            + "&code_verifier="
            + VERIFIER
            + "&code="
            + Traffic.VALUE,
        client);
  }

  private Traffic refresh() throws IOException, InterruptedException {
    String client = contestant.refreshing();
    List<String> answers =
        server
            .wrk()
            .collect(
                contestant.logsInByPassword()
                    ? token("grant_type=password&username=alice&password=" + PASSWORD, client)
                    : codeRedemption(client).each(codes(client, SCOPE, REFRESH_TOKENS)),
                REFRESH_TOKENS,
                LONGEST_LOGINS);
    return token("grant_type=refresh_token&refresh_token=" + Traffic.VALUE, client)
        .each(all(REFRESH_TOKEN, answers))
        .handedOn();
  }

  private Traffic deviceAuthorization() {
    Traffic traffic = Traffic.form(contestant.paths().deviceAuthorization(), "scope=" + SCOPE);
    return authenticated(traffic, CLIENT);
  }

  private Traffic devicePoll() {
    return token("grant_type=" + DEVICE_GRANT + "&device_code=" + Traffic.VALUE, CLIENT);
  }

  private List<String> tokens(int count) throws IOException, InterruptedException {
    Traffic traffic = clientCredentials(contestant.introspecting());
    return all(ACCESS_TOKEN, server.wrk().collect(traffic, count, patience));
  }

  private List<String> codes(String client, String scope, int count)
      throws IOException, InterruptedException {
    return server.wrk().collect(contestant.codes(server, client, scope), count, patience).stream()
        .map(answer -> answer.contains("code=") ? first(CODE, answer) : answer.strip())
        .map(code -> encoded(URLDecoder.decode(code, UTF_8)))
        .toList();
  }

  private String personsToken(String scope) throws IOException, InterruptedException {
    Traffic redemption =
        new Traffic(
            "POST",
            contestant.paths().token(),
            codeRedemption(CLIENT).headers(),
            codeRedemption(CLIENT).body() + contestant.redeemedFor(scope),
            codes(CLIENT, scope, 1),
            false,
            200,
            "");
    return first(ACCESS_TOKEN, server.wrk().collect(redemption, 1, patience).getFirst());
  }

  private List<String> deviceLogins(int count) throws IOException, InterruptedException {
    return server.wrk().collect(deviceAuthorization(), count, patience);
  }

  private List<String> approved(int count) throws IOException, InterruptedException {
    List<String> logins = deviceLogins(contestant.mostApproved(count));
    contestant.approve(server, all(USER_CODE, logins));
    return all(DEVICE_CODE, logins);
  }

  private static List<String> all(Pattern pattern, List<String> answers) {
    return answers.stream().map(answer -> first(pattern, answer)).collect(Collectors.toList());
  }

  private static String first(Pattern pattern, String answer) {
    Matcher matcher = pattern.matcher(answer);
    if (!matcher.find()) {
      throw new IllegalStateException("nothing like " + pattern + " in " + answer);
    }
    return matcher.group(1);
  }

  private static Pattern member(String name) {
    return Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"");
  }
}

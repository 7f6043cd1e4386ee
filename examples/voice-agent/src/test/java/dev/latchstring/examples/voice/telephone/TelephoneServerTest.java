package dev.latchstring.examples.voice.telephone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.examples.voice.Scene;
import dev.latchstring.examples.voice.spoken.Language;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The webhook as a platform meets it, and as a stranger does. */
class TelephoneServerTest {
  private static final String TOKEN = "the platform's auth token";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Scene scene;
  private TelephoneServer server;

  @BeforeEach
  void start() throws Exception {
    scene = Scene.ofOneQuestion(4);
    server =
        TelephoneServer.start(0, null, TOKEN, Map.of("+34910000000", Language.ES), scene.calls());
  }

  @AfterEach
  void stop() {
    server.close();
    scene.close();
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(each ->
            each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> event(String... more) {
    Map<String, String> event = new LinkedHashMap<>();
    event.put("CallSid", "CA0001");
    event.put("AccountSid", "AC0001");
    event.put("From", "+33612345678");
    event.put("To", "+14155550100");
    event.put("CallStatus", "in-progress");
    for (int i = 0; i < more.length; i += 2) {
      event.put(more[i], more[i + 1]);
    }
    return event;
  }

  private HttpResponse<String> post(String query, Map<String, String> event) throws Exception {
    URI address = URI.create(server.webhook() + query);
    Map<String, List<String>> signed = new LinkedHashMap<>();
    event.forEach((name, value) -> signed.put(name, List.of(value)));
    String signature =
        new String(new RequestSignature(TOKEN).expected(address.toString(), signed), US_ASCII);
    return send(address, form(event), signature);
  }

  private static HttpResponse<String> send(URI address, String body, String signature)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(RequestSignature.HEADER, signature)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_call_goes_from_the_greeting_to_the_goodbye() throws Exception {
    HttpResponse<String> greeting = post("", event("CallStatus", "ringing"));
    assertThat(greeting.statusCode()).isEqualTo(200);
    assertThat(greeting.headers().firstValue("Content-Type").orElse("")).startsWith("text/xml");
    assertThat(greeting.body()).contains("For English, press 1", "?turn=1");

    assertThat(post("?turn=1", event("Digits", "1")).body()).contains("hear your appointments");
    assertThat(
            post("?turn=2", event("SpeechResult", "My appointments.", "Confidence", "0.92")).body())
        .contains("Your PIN, please.", "numDigits=\"4\"");
    assertThat(post("?turn=3", event("Digits", "4711")).body()).contains("Dr. Haddad", "?turn=4");
    assertThat(post("?turn=4", event("SpeechResult", "goodbye", "Confidence", "0.0")).body())
        .contains("Goodbye", "<Hangup");
    assertThat(scene.tokens()).containsExactly(1, 1);
    assertThat(post("", event("CallStatus", "completed")).statusCode()).isEqualTo(204);
    assertThat(scene.calls().underWay()).isZero();
  }

  @Test
  void the_number_that_was_called_chooses_the_language() throws Exception {
    assertThat(post("", event("To", "+34910000000")).body())
        .contains("Gracias por llamar", "language=\"es-ES\"");
  }

  @Test
  void a_post_that_comes_again_gets_the_same_answer() throws Exception {
    String first = post("", event()).body();
    assertThat(post("", event()).body()).isEqualTo(first);
    String second = post("?turn=1", event("Digits", "1")).body();

    assertThat(post("?turn=1", event("Digits", "1")).body()).isEqualTo(second);
    assertThat(post("", event()).body()).isEqualTo(second);
    assertThat(post("?turn=99", event("Digits", "1")).body()).isEqualTo(second);
  }

  @Test
  void a_call_that_drops_leaves_nothing_and_late_posts_are_hung_up_on() throws Exception {
    post("", event());
    post("?turn=1", event("Digits", "1"));
    post("?turn=2", event("Digits", "1"));
    post("?turn=3", event("Digits", "4711"));

    assertThat(post("", event("CallStatus", "completed")).statusCode()).isEqualTo(204);

    assertThat(scene.tokens()).containsExactly(1, 1);
    assertThat(post("?turn=4", event("Digits", "1")).body())
        .contains("<Hangup")
        .doesNotContain("Say");
  }

  @Test
  void a_caller_who_is_silent_is_asked_again() throws Exception {
    post("", event());
    assertThat(post("?turn=1", event("SpeechResult", "", "Digits", "")).body())
        .contains("I did not hear anything", "press 1");
  }

  @Test
  void what_is_not_signed_is_refused() throws Exception {
    String body = form(event());
    for (String signature : List.of("", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "x")) {
      assertThat(send(server.webhook(), body, signature).statusCode()).isEqualTo(403);
    }
    String others =
        new String(
            new RequestSignature("another token")
                .expected(server.webhook().toString(), Map.of("CallSid", List.of("CA0001"))),
            US_ASCII);
    assertThat(send(server.webhook(), "CallSid=CA0001", others).statusCode()).isEqualTo(403);
    assertThat(scene.calls().underWay()).isZero();
  }

  @Test
  void a_signature_of_one_turn_is_none_for_another() throws Exception {
    Map<String, List<String>> signed = new LinkedHashMap<>();
    event().forEach((name, value) -> signed.put(name, List.of(value)));
    String signature =
        new String(
            new RequestSignature(TOKEN).expected(server.webhook().toString(), signed), US_ASCII);

    assertThat(
            send(URI.create(server.webhook() + "?turn=1"), form(event()), signature).statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CA 1", "../x", "<script>"})
  void a_call_needs_a_name(String callSid) throws Exception {
    assertThat(post("", event("CallSid", callSid)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?turn=", "?turn=x", "?turn=-1", "?turn=1&turn=2", "?turn=9999999"})
  void a_turn_is_a_number(String query) throws Exception {
    assertThat(post(query, event()).statusCode()).isEqualTo(400);
  }

  @Test
  void a_repeated_parameter_is_refused() throws Exception {
    Map<String, List<String>> signed = Map.of("CallSid", List.of("CA1", "CA2"));
    String signature =
        new String(
            new RequestSignature(TOKEN).expected(server.webhook().toString(), signed), US_ASCII);

    assertThat(send(server.webhook(), "CallSid=CA1&CallSid=CA2", signature).statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"20000, 413", "16000, 403"})
  void a_body_is_bounded(int bytes, int status) throws Exception {
    assertThat(send(server.webhook(), "a=" + "x".repeat(bytes), "x").statusCode())
        .isEqualTo(status);
  }

  @Test
  void what_is_no_form_is_refused() throws Exception {
    assertThat(send(server.webhook(), "a=%zz", "x").statusCode()).isEqualTo(400);
    assertThat(send(server.webhook(), "a&".repeat(201), "x").statusCode()).isEqualTo(413);
    HttpRequest.Builder json =
        HttpRequest.newBuilder(server.webhook()).header("Content-Type", "application/json");
    assertThat(
            HTTP.send(
                    json.POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(415);
    assertThat(HTTP.send(json.GET().build(), HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(405);
  }

  @Test
  void an_address_that_no_platform_could_post_to_is_refused() {
    for (String bad : List.of("ftp://x/voice", "https://x/voice?a=b", "voice")) {
      assertThatThrownBy(
              () -> TelephoneServer.start(0, URI.create(bad), TOKEN, Map.of(), scene.calls()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> TelephoneServer.start(0, null, " ", Map.of(), scene.calls()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

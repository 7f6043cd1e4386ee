package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.message;
import static dev.latchstring.mcpserver.fixture.Scene.stateless;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that try to look like something they are not. */
class RequestAttackTest {
  private static Scene scene;
  private static String token;

  @BeforeAll
  static void open() {
    scene =
        Scene.open(
            UnaryOperator.identity(),
            filter -> filter.allowedOrigins("https://host.example").maxBodyBytes(4096));
    token = scene.token("clinic:read");
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @BeforeEach
  void forget() {
    scene.servlet.received.clear();
  }

  @Test
  void two_authorization_headers_are_one_too_many() {
    Http.Answer answer =
        scene.send(token, call("find_appointments"), "Authorization", "Bearer other");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.challenge().error()).isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token=", "x=1&access_token=", "%61ccess%5Ftoken="})
  void a_token_in_the_query_is_refused_even_beside_a_good_header(String parameter) {
    var uri = scene.server.uri("/mcp?" + parameter + token);

    Http.Answer alone = Http.post(uri, call("find_appointments"));
    Http.Answer beside =
        Http.post(uri, call("find_appointments"), "Authorization", "Bearer " + token);

    assertThat(alone.status()).isEqualTo(400);
    assertThat(alone.challenge().error()).isEqualTo("invalid_request");
    assertThat(beside.status()).isEqualTo(400);
    assertThat(scene.servlet.received).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Basic YTpi, 401",
    "Bearer, 400",
    "Bearer a b, 400",
    "'Bearer a,b', 400",
    "Bearer =, 400",
    "Bearertoken, 401",
    "DPoP abc, 401"
  })
  void a_header_that_holds_no_bearer_token_opens_nothing(String header, int status) {
    Http.Answer answer = Http.post(scene.mcp(), call("find_appointments"), "Authorization", header);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.challenge().resourceMetadata()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost",
        "https://host.example.evil.example",
        "https://host.example:8443",
        "https://HOST.example"
      })
  void a_page_of_another_origin_is_refused_whatever_it_brings(String origin) {
    Http.Answer answer = scene.send(token, call("find_appointments"), "Origin", origin);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_page_of_a_listed_origin_is_served_and_may_read_the_challenge() {
    Http.Answer good =
        scene.send(token, call("find_appointments"), "Origin", "https://host.example");
    Http.Answer challenged =
        Http.post(scene.mcp(), call("find_appointments"), "Origin", "https://host.example");
    Http.Answer asked =
        Http.send(
            "OPTIONS",
            scene.mcp(),
            null,
            "Origin",
            "https://host.example",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "authorization, mcp-method");

    assertThat(good.status()).isEqualTo(200);
    assertThat(good.header("Access-Control-Allow-Origin")).isEqualTo("https://host.example");
    assertThat(challenged.status()).isEqualTo(401);
    assertThat(challenged.header("Access-Control-Expose-Headers")).contains("WWW-Authenticate");
    assertThat(asked.status()).isEqualTo(204);
    assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("authorization, mcp-method");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The name that is decided on must be the only one.
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'find_appointments','name':'book_appointment'}} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'tools/list','method':'tools/call','params':{'name':'book_appointment'}} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':{},'params':{'name':'book_appointment'}} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping','\\u006dethod':'tools/call'} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':{'a':{'b':1,'b':2}}} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping'}{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'book_appointment'}} | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping' | -32700",
        "not json | -32700",
        "{'jsonrpc':'2.0','id':1,'method':'ping' /* really */} | -32700",
        "\"ping\" | -32600",
        "null | -32700",
        "[] | -32600",
        "{} | -32600",
        "{'jsonrpc':'1.0','id':1,'method':'ping'} | -32600",
        "{'jsonrpc':2.0,'id':1,'method':'ping'} | -32600",
        "{'jsonrpc':'2.0','id':1,'method':['tools/call']} | -32600",
        "{'jsonrpc':'2.0','id':1,'method':null} | -32600",
        "{'jsonrpc':'2.0','id':1,'method':''} | -32600",
        "{'jsonrpc':'2.0','id':null,'method':'ping'} | -32600",
        "{'jsonrpc':'2.0','id':{},'method':'ping'} | -32600",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':[1]} | -32600",
        "{'jsonrpc':'2.0','id':1} | -32600",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call'} | -32602",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':5}} | -32602",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':['find_appointments']}} | -32602",
        "{'jsonrpc':'2.0','method':'tools/call','params':{}} | -32602"
      })
  void a_body_that_could_be_read_in_two_ways_is_not_read_at_all(String body, int code) {
    Http.Answer answer = scene.send(token, body.replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo(code);
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_call_without_an_id_is_decided_too() {
    Http.Answer answer =
        scene.send(
            token,
            "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"book_appointment\"}}");

    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void json_that_is_nested_too_deep_is_refused() {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":"
            + "[".repeat(200)
            + "]".repeat(200)
            + "}}";

    assertThat(scene.send(token, body).errorCode()).isEqualTo(-32700);
  }

  @Test
  void a_batch_does_not_hide_a_call() {
    String hidden =
        "["
            + message("ping", Map.of())
            + ","
            + call("find_appointments")
            + ","
            + call("book_appointment")
            + "]";

    Http.Answer answer = scene.send(token, hidden);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenge().scope()).isEqualTo("clinic:read clinic:write");
    assertThat(scene.servlet.received).isEmpty();
    assertThat(scene.send(token, "[" + call("find_appointments") + "]").status()).isEqualTo(200);
  }

  @Test
  void a_version_without_batches_gets_none() {
    Http.Answer answer =
        scene.send(
            token, "[" + call("find_appointments") + "]", "MCP-Protocol-Version", "2025-11-25");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo(-32600);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/jsonp"
  })
  void a_body_of_another_type_is_refused(String type) {
    Http.Answer answer = scene.send(token, call("find_appointments"), "Content-Type", type);

    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void a_body_in_another_encoding_is_not_guessed_at() {
    Http.Answer utf16 =
        Http.post(
            scene.mcp(),
            call("book_appointment").getBytes(UTF_16),
            "Authorization",
            "Bearer " + token);
    Http.Answer zipped = scene.send(token, call("find_appointments"), "Content-Encoding", "gzip");

    assertThat(utf16.status()).isEqualTo(400);
    assertThat(zipped.status()).isEqualTo(415);
  }

  @Test
  void a_body_that_is_too_long_is_refused_whether_it_says_so_or_not() {
    String body = message("ping", Map.of("padding", "x".repeat(5000)));

    assertThat(scene.send(token, body).status()).isEqualTo(413);
    assertThat(Http.postChunked(scene.mcp(), body, "Authorization", "Bearer " + token).status())
        .isEqualTo(413);
  }

  @RepeatedTest(20)
  void who_is_refused_in_the_middle_of_a_large_call_gets_the_challenge_and_no_reset() {
    Http.Answer answer = Http.post(scene.mcp(), "x".repeat(3_000_000));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().resourceMetadata()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "HEAD", "TRACE", "FOO"})
  void another_method_is_refused(String method) {
    Http.Answer answer = Http.send(method, scene.mcp(), null, "Authorization", "Bearer " + token);

    assertThat(answer.status()).isIn(405, 501);
    assertThat(scene.servlet.received).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Mcp-Method, tools/list",
    "Mcp-Method, Tools/call",
    "Mcp-Name, book_appointment",
    "Mcp-Name, =?base64?Ym9va19hcHBvaW50bWVudA==?=",
    "Mcp-Name, =?base64?***?=",
    "MCP-Protocol-Version, 2026-07-28",
    "MCP-Protocol-Version, latest"
  })
  void a_header_that_contradicts_the_body_is_an_error_in_either_era(String header, String value) {
    Http.Answer answer = scene.send(token, call("find_appointments"), header, value);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo(-32020);
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_repeated_header_is_an_error() {
    Http.Answer answer =
        scene.send(
            token,
            call("find_appointments"),
            "Mcp-Name",
            "find_appointments",
            "Mcp-Name",
            "book_appointment");

    assertThat(answer.errorCode()).isEqualTo(-32020);
  }

  @Test
  void a_stateless_request_has_its_headers_and_they_agree() {
    String body = stateless("tools/call", Map.of("name", "find_appointments"));
    String encoded =
        "=?base64?"
            + Base64.getEncoder().encodeToString("find_appointments".getBytes(UTF_8))
            + "?=";

    Http.Answer plain = sendStateless(body, "tools/call", "find_appointments");
    Http.Answer base64 = sendStateless(body, "tools/call", encoded);
    Http.Answer withoutName =
        scene.send(token, body, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call");
    Http.Answer withoutMethod = scene.send(token, body, "MCP-Protocol-Version", "2026-07-28");
    Http.Answer withoutVersion =
        scene.send(token, body, "Mcp-Method", "tools/call", "Mcp-Name", "find_appointments");
    Http.Answer otherVersion =
        scene.send(
            token,
            body,
            "MCP-Protocol-Version",
            "2025-11-25",
            "Mcp-Method",
            "tools/call",
            "Mcp-Name",
            "find_appointments");

    assertThat(plain.status()).isEqualTo(200);
    assertThat(base64.status()).isEqualTo(200);
    assertThat(withoutName.errorCode()).isEqualTo(-32020);
    assertThat(withoutName.json().path("id").asInt()).isEqualTo(7);
    assertThat(withoutMethod.errorCode()).isEqualTo(-32020);
    assertThat(withoutVersion.errorCode()).isEqualTo(-32020);
    assertThat(otherVersion.errorCode()).isEqualTo(-32020);
  }

  private static Http.Answer sendStateless(String body, String method, String name) {
    return scene.send(
        token, body, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", name);
  }

  @Test
  void a_resource_is_named_by_its_uri() {
    String body = stateless("resources/read", Map.of("uri", "file:///a", "name", "file:///b"));

    assertThat(sendStateless(body, "resources/read", "file:///a").status()).isEqualTo(200);
    assertThat(sendStateless(body, "resources/read", "file:///b").errorCode()).isEqualTo(-32020);
  }
}

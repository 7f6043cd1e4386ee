package dev.latchstring.benchmarks.endpoints;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kind of request and the answer it should get.
 *
 * @param path with {@value #VALUE} where a value goes
 * @param body the same; empty for none
 * @param values one for each request, which is sent once; empty where all requests are the same
 * @param rotating whether the answer to a request holds the value of a later one, a refresh token
 * @param status of the right answer
 * @param contains what the right answer has in it; empty for anything
 */
record Traffic(
    String method,
    String path,
    Map<String, String> headers,
    String body,
    List<String> values,
    boolean rotating,
    int status,
    String contains) {
  /** Where a value goes. */
  static final String VALUE = "{value}";

  Traffic {
    headers = Map.copyOf(headers);
    values = List.copyOf(values);
  }

  static Traffic get(String path) {
    return new Traffic("GET", path, Map.of(), "", List.of(), false, 200, "");
  }

  static Traffic form(String path, String body) {
    return new Traffic(
        "POST",
        path,
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        body,
        List.of(),
        false,
        200,
        "");
  }

  Traffic with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Traffic(method, path, all, body, values, rotating, status, contains);
  }

  Traffic each(List<String> values) {
    return new Traffic(method, path, headers, body, values, rotating, status, contains);
  }

  Traffic handedOn() {
    return new Traffic(method, path, headers, body, values, true, status, contains);
  }

  Traffic answered(int status, String contains) {
    return new Traffic(method, path, headers, body, values, rotating, status, contains);
  }

  boolean same() {
    return values.isEmpty();
  }
}

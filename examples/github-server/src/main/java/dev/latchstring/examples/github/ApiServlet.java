package dev.latchstring.examples.github;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers requests that came through the filter, which has let in nobody who may not ask. */
final class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final int MOST_BYTES = 16 * 1024;
  private static final int LONGEST_TITLE = 200;

  private final transient Forge forge;

  ApiServlet(Forge forge) {
    this.forge = forge;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Caller caller = BearerFilter.caller(request);
    Endpoint endpoint = Endpoint.of(request);
    Matcher path = endpoint.in(request);
    String repository = path.matches() && path.groupCount() > 0 ? path.group(1) : "";
    switch (endpoint) {
      case USER ->
          answer(
              response,
              200,
              Map.of("subject", caller.subject(), "teams", new TreeSet<>(caller.teams())));
      case REPOSITORIES -> answer(response, 200, forge.repositories());
      case ISSUES -> answer(response, 200, forge.issues(repository).orElse(null));
      case OPEN_ISSUE -> open(repository, caller, request, response);
      case MERGE ->
          answer(
              response, 200, forge.merge(repository, Integer.parseInt(path.group(2))).orElse(null));
      case NOTHING -> answer(response, 404, null);
    }
  }

  private void open(
      String repository, Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String title = title(request);
    if (title == null) {
      answer(response, 422, Map.of("message", "title: 1 to " + LONGEST_TITLE + " characters"));
    } else {
      answer(response, 201, forge.open(repository, title, caller.subject()).orElse(null));
    }
  }

  private static @Nullable String title(HttpServletRequest request) throws IOException {
    try (InputStream in = request.getInputStream()) {
      JsonNode title = Json.readTree(in.readNBytes(MOST_BYTES)).path("title");
      boolean fits = title.isString() && title.stringValue().length() <= LONGEST_TITLE;
      return fits && !title.stringValue().isBlank() ? title.stringValue() : null;
    } catch (JsonException e) {
      return null;
    }
  }

  private static void answer(HttpServletResponse response, int status, @Nullable Object content)
      throws IOException {
    response.setStatus(content == null ? 404 : status);
    response.setContentType("application/json");
    response
        .getOutputStream()
        .write(Json.bytes(content == null ? Map.of("message", "Not Found") : content));
  }
}

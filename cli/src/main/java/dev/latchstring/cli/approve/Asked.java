package dev.latchstring.cli.approve;

import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.PlainText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a person is asked, as the server tells it.
 *
 * @param approval names it in an answer; empty for a device login, which its code names
 * @param verified whether the server's operator set the client up
 * @param permissions each in words, with its scope
 * @param scope the same, by their names
 * @param intendedUse what the client states; null where it states nothing
 * @param expiresAt null where the server does not say it in a way that can be read
 */
record Asked(
    String approval,
    String clientName,
    String clientId,
    boolean verified,
    String resourceName,
    String resource,
    List<String> permissions,
    String scope,
    @Nullable String intendedUse,
    String from,
    @Nullable Instant requestedAt,
    @Nullable Instant expiresAt) {
  private static final int MAX = 200;

  static Asked of(JsonNode json) {
    List<String> permissions = new ArrayList<>();
    List<String> scope = new ArrayList<>();
    for (JsonNode permission : json.path("permissions")) {
      String name = text(permission, "scope");
      String words = text(permission, "words");
      scope.add(name);
      permissions.add(words.isEmpty() ? name : words + " (" + name + ")");
    }
    String use = text(json, "intended_use");
    return new Asked(
        text(json, "approval"),
        text(json.path("client"), "name"),
        text(json.path("client"), "client_id"),
        json.path("client").path("verified").asBoolean(false),
        text(json.path("resource"), "name"),
        text(json.path("resource"), "resource"),
        List.copyOf(permissions),
        String.join(" ", scope),
        use.isEmpty() ? null : use,
        text(json, "requested_from"),
        time(json, "requested_at"),
        time(json, "expires_at"));
  }

  private static String text(JsonNode json, String member) {
    return PlainText.line(json.path(member).asString(""), MAX);
  }

  private static @Nullable Instant time(JsonNode json, String member) {
    try {
      return Instant.parse(json.path(member).asString(""));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** The facts to decide by, a line each. */
  List<String> lines(Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(clientName + " asks to use " + resourceName + " as you.");
    lines.add("");
    lines.add(
        "  client   "
            + clientId
            + (verified ? ", set up by the server's operator" : ", NOT VERIFIED by anybody"));
    if (intendedUse != null) {
      lines.add("  use      " + intendedUse + " (as it states itself)");
    }
    lines.add("  from     " + from + (requestedAt == null ? "" : ", " + ago(requestedAt, now)));
    lines.add("  server   " + resource);
    lines.add(
        "  may      "
            + (permissions.isEmpty()
                ? "know that it acts for you, nothing more"
                : permissions.stream().collect(Collectors.joining("\n           "))));
    if (expiresAt != null && expiresAt.isAfter(now)) {
      lines.add("  waits    " + Durations.remaining(Duration.between(now, expiresAt)) + " more");
    }
    return lines;
  }

  private static String ago(Instant time, Instant now) {
    long seconds = Math.max(0, Duration.between(time, now).toSeconds());
    return seconds < 60 ? "just now" : seconds / 60 + " min ago";
  }
}

package dev.latchstring.oauth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9110 §11.6.1. One challenge of a {@code WWW-Authenticate} header: a scheme and its
 * parameters, whose names are in lower case.
 *
 * <p>Reading is lenient where others are sloppy (white space, empty list elements, an unquoted
 * value with any visible character) and bounded: at most {@value #MAX_CHALLENGES} challenges are
 * read and a header over {@value #MAX_LENGTH} characters is cut there. A challenge that cannot be
 * understood is left out: what it would have said is then found by other means.
 */
public record Challenge(String scheme, SequencedMap<String, String> parameters) {
  /** The most challenges that are read from one response. */
  public static final int MAX_CHALLENGES = 16;

  /** The most characters of a header that are read. */
  public static final int MAX_LENGTH = 16_384;

  public Challenge {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }

  /** A challenge of a scheme without parameters, to which {@link #with} adds. */
  public static Challenge of(String scheme) {
    return new Challenge(scheme, new LinkedHashMap<>());
  }

  /** The same challenge with one parameter more; a null value adds nothing. */
  public Challenge with(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    SequencedMap<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name.toLowerCase(Locale.ROOT), value);
    return new Challenge(scheme, more);
  }

  public boolean isScheme(String name) {
    return scheme.equalsIgnoreCase(name);
  }

  public @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  /** RFC 9728 §5.1: where the resource's metadata is. */
  public @Nullable String resourceMetadata() {
    return parameter("resource_metadata");
  }

  /** RFC 6750 §3: the scope that the request needs. */
  public @Nullable String scope() {
    return parameter("scope");
  }

  /** RFC 6750 §3.1. */
  public @Nullable String error() {
    return parameter("error");
  }

  /** RFC 6750 §3.1. */
  public @Nullable String errorDescription() {
    return parameter("error_description");
  }

  /** The header's value: every parameter as a quoted string. Control characters become spaces. */
  public String header() {
    StringBuilder out = new StringBuilder(scheme);
    String separator = " ";
    for (var parameter : parameters.entrySet()) {
      out.append(separator).append(parameter.getKey()).append("=\"");
      String value = parameter.getValue();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') {
          out.append('\\');
        }
        out.append(c < 0x20 || c > 0x7E ? ' ' : c);
      }
      out.append('"');
      separator = ", ";
    }
    return out.toString();
  }

  /** Every challenge of a response's {@code WWW-Authenticate} headers, in order. */
  public static List<Challenge> parse(List<String> headerValues) {
    List<Challenge> challenges = new ArrayList<>();
    for (String value : headerValues) {
      new Reader(value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value)
          .readInto(challenges);
    }
    return challenges;
  }

  /** Reads one header: {@code scheme [ token68 / #auth-param ]}, separated by commas. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    void readInto(List<Challenge> challenges) {
      skip(" \t,");
      while (at < text.length() && challenges.size() < MAX_CHALLENGES) {
        String scheme = token();
        if (scheme.isEmpty()) {
          return;
        }
        challenges.add(new Challenge(scheme, parameters()));
        skip(" \t,");
      }
    }

    /** Parameters up to the next scheme, which is a token that no equals sign follows. */
    private SequencedMap<String, String> parameters() {
      SequencedMap<String, String> parameters = new LinkedHashMap<>();
      while (true) {
        skip(" \t,");
        int mark = at;
        String name = token().toLowerCase(Locale.ROOT);
        skip(" \t");
        if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
          at = name.isEmpty() ? skipUnreadable() : mark;
          return parameters;
        }
        at++;
        skip(" \t");
        parameters.putIfAbsent(name, value());
      }
    }

    private int skipUnreadable() {
      int comma = text.indexOf(',', at);
      return comma < 0 ? text.length() : comma;
    }

    private String value() {
      if (at < text.length() && text.charAt(at) == '"') {
        return quoted();
      }
      int start = at;
      while (at < text.length() && ", \t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && isTokenCharacter(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private static boolean isTokenCharacter(char c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}

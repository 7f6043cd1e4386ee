package dev.latchstring.mcpserver.front;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8259. Reads a host's opening request from front to back without a JSON library: the first use
 * of one would take longer than all else before the first answer.
 *
 * <p>It only ever looks at lines that the bridge reads again with the library, and accepts nothing
 * that the library refuses. What is not JSON, and what no host sends, ends in {@link Unusual}.
 */
public final class OpeningScanner {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NAME = 256;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_EXPONENT = 3;

  /** The line is left to the library, which says what is wrong where something is. */
  static final class Unusual extends RuntimeException {
    Unusual() {
      super("not an ordinary opening", null, false, false);
    }
  }

  private final byte[] line;
  private final ArrayDeque<Set<String>> names = new ArrayDeque<>();
  private int at;

  /**
   * @throws Unusual where the line is not UTF-8
   */
  OpeningScanner(byte[] line) {
    this.line = line;
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
    } catch (CharacterCodingException e) {
      throw new Unusual();
    }
  }

  /** Enters an object: the name of its first member, or null where it has none. */
  @Nullable String firstName() {
    expect('{');
    names.push(new HashSet<>());
    if (peek() == '}') {
      return leave();
    }
    return name();
  }

  /** After a member's value: the name of the next, or null where the object ended. */
  @Nullable String nextName() {
    if (peek() == '}') {
      return leave();
    }
    expect(',');
    return name();
  }

  private @Nullable String leave() {
    at++;
    names.pop();
    return null;
  }

  boolean atObject() {
    return peek() == '{';
  }

  /** A string of ASCII characters without escapes. */
  String string() {
    String raw = raw();
    if (raw.charAt(0) != '"' || raw.indexOf('\\') >= 0) {
      throw new Unusual();
    }
    return raw.substring(1, raw.length() - 1);
  }

  /** A string or an integer, of ASCII characters, as it stands. */
  String id() {
    String raw = raw();
    if (raw.charAt(0) == '"' || isInteger(raw)) {
      return raw;
    }
    throw new Unusual();
  }

  void skip() {
    value(0);
  }

  /** Nothing may follow. */
  void end() {
    peek();
    if (at != line.length) {
      throw new Unusual();
    }
  }

  private String name() {
    String name = string();
    if (name.length() > MAX_NAME || !names.element().add(name)) {
      throw new Unusual();
    }
    expect(':');
    return name;
  }

  private String raw() {
    peek();
    int start = at;
    value(0);
    for (int i = start; i < at; i++) {
      if (line[i] < 0) {
        throw new Unusual();
      }
    }
    return new String(line, start, at - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean isInteger(String raw) {
    for (int i = raw.charAt(0) == '-' ? 1 : 0; i < raw.length(); i++) {
      if (raw.charAt(i) < '0' || raw.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private void value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new Unusual();
    }
    switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> text();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void object(int depth) {
    for (String name = firstName(); name != null; name = nextName()) {
      value(depth + 1);
    }
  }

  private void array(int depth) {
    expect('[');
    if (peek() == ']') {
      at++;
      return;
    }
    value(depth + 1);
    while (peek() != ']') {
      expect(',');
      value(depth + 1);
    }
    at++;
  }

  private void text() {
    for (at++; take() != '"'; at++) {
      if (take() == '\\') {
        escape();
      } else if (line[at] >= 0 && line[at] < 0x20) {
        throw new Unusual();
      }
    }
    at++;
  }

  private void escape() {
    at++;
    int escaped = take();
    if (escaped == 'u') {
      for (int i = 0; i < 4; i++) {
        at++;
        if (Character.digit(take(), 16) < 0) {
          throw new Unusual();
        }
      }
    } else if ("\"\\/bfnrt".indexOf(escaped) < 0) {
      throw new Unusual();
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (take() != word.charAt(i)) {
        throw new Unusual();
      }
      at++;
    }
  }

  private void number() {
    int start = at;
    if (take() == '-') {
      at++;
    }
    if (take() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < line.length && line[at] == '.') {
      at++;
      digits();
    }
    if (at < line.length && (line[at] == 'e' || line[at] == 'E')) {
      at++;
      if (take() == '+' || take() == '-') {
        at++;
      }
      int exponent = at;
      digits();
      if (at - exponent > MAX_EXPONENT) {
        throw new Unusual();
      }
    }
    if (at - start > MAX_NUMBER) {
      throw new Unusual();
    }
  }

  private void digits() {
    int start = at;
    while (at < line.length && line[at] >= '0' && line[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw new Unusual();
    }
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw new Unusual();
    }
    at++;
  }

  /** The next byte after white space, which is passed over; -1 at the end. */
  private int peek() {
    while (at < line.length
        && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n')) {
      at++;
    }
    return at < line.length ? line[at] : -1;
  }

  private int take() {
    if (at == line.length) {
      throw new Unusual();
    }
    return line[at];
  }
}

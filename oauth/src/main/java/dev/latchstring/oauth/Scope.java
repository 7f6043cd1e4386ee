package dev.latchstring.oauth;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * RFC 6749 §3.3. A set of scope tokens, in the order they were first named.
 *
 * <p>A token is one or more characters of {@code %x21 / %x23-5B / %x5D-7E}. At most {@value
 * #MAX_TOKENS} tokens and {@value #MAX_LENGTH} characters; more, or another character, is {@code
 * invalid_scope}.
 */
public final class Scope {
  /** The most tokens one scope may hold. */
  public static final int MAX_TOKENS = 128;

  /** The most characters one scope parameter may hold. */
  public static final int MAX_LENGTH = 4096;

  /** No scope at all. */
  public static final Scope NONE =
      new Scope(Collections.unmodifiableSequencedSet(new LinkedHashSet<>()));

  private final SequencedSet<String> values;
  private final String text;

  private Scope(SequencedSet<String> values) {
    this.values = values;
    this.text = String.join(" ", values);
  }

  /**
   * Parses a space-delimited list. Tokens that are named twice count once.
   *
   * @throws OAuthException {@code invalid_scope} where the text breaks RFC 6749 §3.3 or the limits
   */
  public static Scope parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid("scope is longer than " + MAX_LENGTH + " characters");
    }
    return of(Arrays.stream(text.split(" ", -1)).filter(token -> !token.isEmpty()).toList());
  }

  /** A scope of these tokens; see {@link #parse}. */
  public static Scope of(String... tokens) {
    return of(Arrays.asList(tokens));
  }

  /** A scope of these tokens; see {@link #parse}. */
  public static Scope of(Collection<String> tokens) {
    if (tokens.isEmpty()) {
      return NONE;
    }
    if (tokens.size() > MAX_TOKENS) {
      throw invalid("scope names more than " + MAX_TOKENS + " values");
    }
    for (String token : tokens) {
      requireToken(token);
    }
    return new Scope(Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tokens)));
  }

  private static void requireToken(String token) {
    if (token.isEmpty()) {
      throw invalid("a scope value is empty");
    }
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c <= 0x20 || c == '"' || c == '\\' || c > 0x7E) {
        throw invalid("a scope value has a character that RFC 6749 section 3.3 does not allow");
      }
    }
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_SCOPE, why);
  }

  public SequencedSet<String> values() {
    return values;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public boolean contains(String token) {
    return values.contains(token);
  }

  public boolean containsAll(Scope other) {
    return values.containsAll(other.values);
  }

  /** These tokens, then those of the other that are not among them. */
  public Scope union(Scope other) {
    if (values.containsAll(other.values)) {
      return this;
    }
    LinkedHashSet<String> all = new LinkedHashSet<>(values);
    all.addAll(other.values);
    return of(all);
  }

  /** The tokens that are in both. */
  public Scope intersect(Scope other) {
    if (other.values.containsAll(values)) {
      return this;
    }
    LinkedHashSet<String> both = new LinkedHashSet<>(values);
    both.retainAll(other.values);
    return of(both);
  }

  /** The tokens that the other lacks. */
  public Scope minus(Scope other) {
    if (Collections.disjoint(values, other.values)) {
      return this;
    }
    LinkedHashSet<String> rest = new LinkedHashSet<>(values);
    rest.removeAll(other.values);
    return of(rest);
  }

  /** Equal where the same tokens are in both, in any order. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Scope other && values.equals(other.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The tokens with a space between them: the value of a {@code scope} parameter. */
  @Override
  public String toString() {
    return text;
  }
}

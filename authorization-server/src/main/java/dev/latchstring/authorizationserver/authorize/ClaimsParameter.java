package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenID Connect Core §5.5. The {@code claims} of a request: JSON of at most {@value #MAX_LENGTH}
 * characters, which names at most {@value #MAX_CLAIMS} claims for each place, and at most {@value
 * #MAX_VALUES} values of one.
 *
 * <p>Claims that are not known are ignored, and none is an error because the person does not have
 * it, essential or not (§5.5.1). A value that is asked for counts for {@code sub} and for {@code
 * acr}: who it must be, and how they must have signed in.
 *
 * @param claims what to tell of the person
 * @param subjects who alone may be told of; empty for anybody
 * @param acr what is asked of the sign-in; null for nothing
 */
record ClaimsParameter(RequestedClaims claims, List<String> subjects, @Nullable Acr acr) {
  /** The most characters of the parameter. */
  static final int MAX_LENGTH = 4096;

  /** The most claims that each of {@code userinfo} and {@code id_token} may name. */
  static final int MAX_CLAIMS = 64;

  /** The most {@code values} of a claim. */
  static final int MAX_VALUES = 16;

  private static final ClaimsParameter NOTHING =
      new ClaimsParameter(RequestedClaims.NONE, List.of(), null);

  /**
   * §5.5.1.1.
   *
   * @param essential whether it is no use without
   * @param values which; empty for any
   */
  record Acr(boolean essential, List<String> values) {}

  /**
   * Reads it.
   *
   * @param text null where it did not come
   * @throws OAuthException {@code invalid_request} where it is not of that form
   */
  static ClaimsParameter read(@Nullable String text) {
    if (text == null) {
      return NOTHING;
    }
    if (text.length() > MAX_LENGTH) {
      throw invalid("is longer than " + MAX_LENGTH + " characters");
    }
    JsonNode tree;
    try {
      tree = Json.readTree(text);
    } catch (JsonException e) {
      throw invalid("is " + e.getMessage());
    }
    if (!tree.isObject()) {
      throw invalid("must be a JSON object");
    }
    JsonNode idToken = member(tree, "id_token");
    JsonNode userinfo = member(tree, "userinfo");
    return new ClaimsParameter(
        new RequestedClaims(known(idToken), known(userinfo)),
        both(values(idToken, "sub"), values(userinfo, "sub")),
        acr(idToken));
  }

  private static JsonNode member(JsonNode tree, String name) {
    JsonNode claims = tree.path(name);
    if (!claims.isMissingNode() && !claims.isObject()) {
      throw invalid("must have an object as " + name);
    }
    if (claims.size() > MAX_CLAIMS) {
      throw invalid("names more than " + MAX_CLAIMS + " claims as " + name);
    }
    claims.propertyStream().map(Map.Entry::getValue).forEach(ClaimsParameter::check);
    return claims;
  }

  private static void check(JsonNode claim) {
    boolean right =
        claim.isNull()
            || (claim.isObject()
                && (!claim.has("essential") || claim.path("essential").isBoolean())
                && (!claim.has("values") || isBounded(claim.path("values")))
                && !(claim.has("value") && claim.has("values")));
    if (!right) {
      throw invalid(
          "must have, for each claim, null or an object, where essential is true or false, and"
              + " values, in place of value, a list of 1 to "
              + MAX_VALUES);
    }
  }

  private static boolean isBounded(JsonNode values) {
    return values.isArray() && !values.isEmpty() && values.size() <= MAX_VALUES;
  }

  private static List<String> known(JsonNode claims) {
    return Profile.CLAIMS.stream().filter(claims::has).toList();
  }

  /** What a claim has to be; empty for anything. */
  private static List<String> values(JsonNode claims, String claim) {
    JsonNode asked = claims.path(claim);
    List<String> values = new ArrayList<>();
    if (asked.has("value")) {
      values.add(text(claim, asked.path("value")));
    }
    asked.path("values").forEach(value -> values.add(text(claim, value)));
    return values;
  }

  private static String text(String claim, JsonNode value) {
    if (!value.isString()) {
      throw invalid("asks for a value of " + claim + " that is not a text");
    }
    return Objects.requireNonNull(value.stringValue());
  }

  private static List<String> both(List<String> some, List<String> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    List<String> both = some.stream().filter(others::contains).toList();
    if (both.isEmpty()) {
      throw invalid("asks for one person in the id token and for another at the userinfo endpoint");
    }
    return both;
  }

  private static @Nullable Acr acr(JsonNode idToken) {
    return idToken.has("acr")
        ? new Acr(idToken.path("acr").path("essential").asBoolean(false), values(idToken, "acr"))
        : null;
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, "claims " + why);
  }
}

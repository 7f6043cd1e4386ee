package dev.latchstring.oauth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.Secrets;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.StringNode;

/** RFC 8785. */
class CanonicalJsonTest {
  private static String canonical(String json) {
    return CanonicalJson.write(Json.readTree(json));
  }

  /** RFC 8785, appendix B. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2",
  })
  void numbers_are_written_as_ecmascript_writes_them(String bits, String written) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

    assertThat(CanonicalJson.number(value)).isEqualTo(written);
  }

  /** RFC 8785 §3.2.2 and §3.2.3. */
  @Test
  void the_examples_of_the_specification_have_their_canonical_form() {
    assertThat(
            canonical(
                """
                {
                  "numbers": [333333333.33333329, 1E30, 4.50,
                              2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }
                """))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    assertThat(
            canonical(
                """
                {"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh",
                 "1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control",
                 "\\u00f6":"Latin Small Letter O With Diaeresis"}
                """))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                + "\"\uD83D\uDE00\":\"Emoji: Grinning Face\","
                + "\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  @Test
  void empty_and_nested_values_keep_their_place() {
    assertThat(canonical("{\"b\":[],\"a\":{\"d\":{},\"c\":[[1,\"\"]]}}"))
        .isEqualTo("{\"a\":{\"c\":[[1,\"\"]],\"d\":{}},\"b\":[]}");
  }

  @Test
  void what_is_written_is_read_as_the_same_number() {
    Random random = new Random(8785);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value) && !Double.isInfinite(value)) {
        assertThat(Double.parseDouble(CanonicalJson.number(value))).isEqualTo(value + 0.0);
      }
    }
  }

  @Test
  void what_two_readers_could_take_for_different_values_has_no_form() {
    assertThat(canonical("9007199254740991")).isEqualTo("9007199254740991");
    assertThatThrownBy(() -> canonical("9007199254740993"))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("write it as a text");
    assertThatThrownBy(() -> canonical("-9007199254740992")).isInstanceOf(JsonException.class);
    assertThatThrownBy(
            () -> CanonicalJson.write(new DecimalNode(new BigDecimal("0.10000000000000001"))))
        .isInstanceOf(JsonException.class);
    assertThat(CanonicalJson.write(new DecimalNode(new BigDecimal("0.10")))).isEqualTo("0.1");
    assertThatThrownBy(() -> CanonicalJson.write(StringNode.valueOf("a\uD83D")))
        .isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> CanonicalJson.write(StringNode.valueOf("\uDE00")))
        .isInstanceOf(JsonException.class);
  }

  @Test
  void a_digest_is_of_method_name_and_arguments_and_of_nothing_else() {
    String digest =
        CallDigest.of(
            "tools/call",
            "git_push",
            Json.readTree("{\"branch\":\"main\",\"force\":false,\"depth\":1.0}"));

    assertThat(digest)
        .as("SHA-256 of {\"arguments\":{\"branch\":\"main\",\"depth\":1,\"force\":false},...}")
        .isEqualTo(
            Secrets.sha256Base64Url(
                "{\"arguments\":{\"branch\":\"main\",\"depth\":1,\"force\":false},"
                    + "\"method\":\"tools/call\",\"name\":\"git_push\"}"));
    assertThat(CallDigest.isWellFormed(digest)).isTrue();
    assertThat(CallDigest.of("tools/call", "a", null))
        .isEqualTo(CallDigest.of("tools/call", "a", Json.readTree("{}")));
    assertThat(CallDigest.of("tools/list", null, null))
        .isEqualTo(Secrets.sha256Base64Url("{\"arguments\":{},\"method\":\"tools/list\"}"));
    assertThatThrownBy(() -> CallDigest.of("tools/call", "a", Json.readTree("[]")))
        .isInstanceOf(JsonException.class);
    assertThat(CallDigest.isWellFormed(digest + "=")).isFalse();
    assertThat(CallDigest.isWellFormed("x".repeat(42) + "+")).isFalse();
  }
}

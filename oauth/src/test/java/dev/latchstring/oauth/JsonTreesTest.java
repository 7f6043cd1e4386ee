package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A mapper with the same settings is the measure. */
class JsonTreesTest {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final JsonTrees TREES = new JsonTrees(FACTORY);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " {\"a\" : [1, -2, 2147483648, 123456789012345678901234567890], \"\" : null}\n",
        "[1.50, 1e400, -0.0, 1E-7, 0.1e+3]",
        "[true, false, null, \"\\u00e9\\ud83d\\ude00\\\"\\\\\\n\\u0000 \u00e9 \ud83d\ude00 \u2028\"]",
        "\"text\"",
        "17",
        "{\"a\":{\"b\":{\"c\":[[[{}]]]}},\"d\":[{\"e\":1},{\"e\":2}]}"
      })
  void reads_and_writes_as_a_mapper_does(String json) {
    JsonNode tree = TREES.read(json.getBytes(UTF_8));
    assertThat(tree).isEqualTo(MAPPER.readTree(json.getBytes(UTF_8)));
    assertThat(new String(TREES.bytes(tree), UTF_8)).isEqualTo(MAPPER.writeValueAsString(tree));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "[1,]",
        "[1",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "{} {}",
        "1 2",
        "nul",
        "NaN",
        "'a'",
        "{a:1}",
        "\"\u0001\"",
        "]",
        "}",
        "// x\n1",
        "01",
        "+1",
        ".5",
        "1.",
        "\"\\x\""
      })
  void refuses_what_is_not_json(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    assertThatThrownBy(() -> TREES.read(bytes)).isInstanceOf(JacksonException.class);
    assertThatThrownBy(() -> MAPPER.readTree(bytes)).isInstanceOf(JacksonException.class);
  }

  @Test
  void nothing_is_no_value() {
    assertThat(TREES.read(new byte[0])).isNull();
    assertThat(TREES.read(" \n".getBytes(UTF_8))).isNull();
  }

  @Test
  void the_factorys_limits_hold() {
    String deep = "[".repeat(51) + "]".repeat(51);
    assertThatThrownBy(() -> TREES.read(deep.getBytes(UTF_8))).isInstanceOf(JacksonException.class);
  }

  @Test
  void numbers_that_were_computed_are_written_as_a_mapper_does() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    JsonNode all =
        nodes
            .arrayNode()
            .add(nodes.numberNode((short) 3))
            .add(nodes.numberNode(1.5f))
            .add(nodes.numberNode(0.1))
            .add(nodes.missingNode());
    assertThat(new String(TREES.bytes(all), UTF_8)).isEqualTo(MAPPER.writeValueAsString(all));
    JsonNode binary = nodes.binaryNode(new byte[1]);
    assertThatThrownBy(() -> TREES.bytes(binary)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takes_a_damaged_message_as_a_mapper_does() {
    byte[] message =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"params\":{\"n\":[1.5,-3e2,\"\\u0041\u00e9\",null,true]}}"
            .getBytes(UTF_8);
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = message.clone();
      for (int j = random.nextInt(3); j >= 0; j--) {
        damaged[random.nextInt(damaged.length)] = message[random.nextInt(message.length)];
      }
      assertThat(read(damaged, TREES::read))
          .as("seed %d: %s", seed, new String(damaged, UTF_8))
          .isEqualTo(read(damaged, MAPPER::readTree));
    }
  }

  private interface Reader {
    @Nullable JsonNode read(byte[] json);
  }

  private static @Nullable JsonNode read(byte[] json, Reader reader) {
    try {
      return reader.read(json);
    } catch (JacksonException | NumberFormatException e) {
      return null;
    }
  }
}

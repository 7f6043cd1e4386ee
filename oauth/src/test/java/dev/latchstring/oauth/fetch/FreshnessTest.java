package dev.latchstring.oauth.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111: what the header fields say about keeping an answer. */
class FreshnessTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          max-age=60                       | 60         | true  | true
          public, Max-Age=60, immutable    | 60         | true  | true
          max-age="60"                     | 60         | true  | true
          max-age=60, max-age=10           | 10         | true  | true
          max-age=60, must-revalidate      | 60         | true  | false
          no-cache, max-age=60             | 0          | true  | false
          no-cache="set-cookie", max-age=9 | 0          | true  | false
          no-store                         | 0          | false | false
          max-age=60, no-store             | 0          | false | false
          max-age=-1                       | 0          | true  | true
          max-age=tomorrow                 | 0          | true  | true
          max-age                          | 0          | true  | true
          max-age=99999999999999999999     | 2147483647 | true  | true
          s-maxage=60                      | -          | true  | true
          private                          | -          | true  | true
          ''                               | -          | true  | true
          """)
  void cache_control_says_how_long(
      String cacheControl, Long seconds, boolean storable, boolean usableStale) {
    Freshness freshness = Freshness.of(Map.of("cache-control", cacheControl), NOW);

    assertThat(freshness.lifetime())
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    assertThat(freshness.storable()).isEqualTo(storable);
    assertThat(freshness.usableStale()).isEqualTo(usableStale);
  }

  @Test
  void an_age_that_passed_elsewhere_counts() {
    assertThat(lifetime("cache-control", "max-age=60", "age", "50")).isEqualTo(10);
    assertThat(lifetime("cache-control", "max-age=60", "age", "70")).isZero();
    assertThat(lifetime("cache-control", "max-age=60", "age", "young")).isEqualTo(60);
  }

  @Test
  void expires_counts_where_no_max_age_is_given() {
    String date = "Sun, 01 Nov 2026 11:59:00 GMT";
    String expires = "Sun, 01 Nov 2026 12:01:00 GMT";
    assertThat(lifetime("expires", expires)).isEqualTo(60);
    assertThat(lifetime("expires", expires, "date", date)).isEqualTo(120);
    assertThat(lifetime("expires", "0")).isZero();
    assertThat(lifetime("expires", date)).isZero();
    assertThat(lifetime("expires", expires, "cache-control", "max-age=5")).isEqualTo(5);
  }

  private static long lifetime(String... headers) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], headers[i + 1]);
    }
    Duration lifetime = Freshness.of(map, NOW).lifetime();
    return lifetime == null ? -1 : lifetime.toSeconds();
  }
}

package dev.latchstring.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class PostgresTest {
  @Test
  void every_commit_is_flushed_and_every_database_is_new() throws Exception {
    String first = Postgres.newDatabase();
    String second = Postgres.newDatabase();

    assertThat(first).isNotEqualTo(second);
    assertThat(setting(first, "fsync")).isEqualTo("on");
    assertThat(setting(second, "synchronous_commit")).isEqualTo("on");
    assertThat(setting(second, "full_page_writes")).isEqualTo("on");
  }

  private static String setting(String url, String name) throws Exception {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW " + name)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}

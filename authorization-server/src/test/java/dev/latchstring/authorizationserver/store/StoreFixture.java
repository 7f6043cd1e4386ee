package dev.latchstring.authorizationserver.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.latchstring.authorizationserver.keys.ServerKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every store's contract needs: an open, empty database, a clock and a key. */
public class StoreFixture {
  private final DatabaseKind kind;
  protected final DatabaseConfiguration configuration;
  protected final TestClock clock = new TestClock();
  protected final SecureRandom random = new SecureRandom();
  protected final ServerKey key =
      ServerKey.load(
          Base64.getEncoder().encodeToString(random.generateSeed(32)), Path.of("unused"), random);
  protected Database database;

  protected StoreFixture(DatabaseKind kind) {
    this.kind = kind;
    configuration = kind.borrow();
  }

  @BeforeEach
  void openEmpty() {
    database = Database.open(configuration);
    database.write(handle -> {
      for (String table :
          new String[] {
            "earlier_refresh_token",
            "authorization_grant",
            "device_authorization",
            "client",
            "account_lookup",
            "account_answer",
            "account_pin",
            "account",
            "attempt",
            "sign_in_session",
            "opaque_token",
            "revoked_token",
            "used_assertion",
            "signing_key",
            "client_metadata_document",
            "authorization_request",
            "authorization_code",
            "consent",
            "auth_session",
            "totp_secret",
            "passkey",
            "pending_enrolment",
            "approval"
          }) {
        handle.execute("delete from " + table);
      }
      return true;
    });
  }

  @AfterEach
  void closeDatabase() {
    database.close();
    kind.giveBack(configuration);
  }

  /** Everything that a copy of the database would show, as text; bytes a character each. */
  protected String dump(String table) {
    StringBuilder text = new StringBuilder();
    List<Map<String, Object>> rows =
        database.read(handle -> handle.createQuery("select * from " + table).mapToMap().list());
    for (Map<String, Object> row : rows) {
      row.forEach((column, value) ->
          text.append(column)
              .append('=')
              .append(value instanceof byte[] bytes ? new String(bytes, ISO_8859_1) : value)
              .append('\n'));
    }
    return text.toString();
  }

  protected long rows(String table) {
    return database.<Long>read(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }
}

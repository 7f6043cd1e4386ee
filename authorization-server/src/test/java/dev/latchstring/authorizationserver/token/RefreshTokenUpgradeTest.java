package dev.latchstring.authorizationserver.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.Secrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refresh tokens that were issued while each had a row of its own: up to version 11. */
@OnEveryDatabase
class RefreshTokenUpgradeTest {
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private final DatabaseConfiguration configuration;
  private Database database;
  private GrantStore grants;
  private RefreshTokenStore tokens;

  RefreshTokenUpgradeTest(DatabaseKind kind) {
    configuration = kind.fresh();
  }

  @BeforeEach
  void oneOfVersionElevenIsBroughtUpToDate() {
    try (Database before = Database.open(configuration)) {
      before.write(handle -> {
        undo(handle);
        grant(handle, "used-long-ago");
        token(handle, "used-long-ago", 1, "CONSUMED", -3600);
        token(handle, "used-long-ago", 2, "CONSUMED", -1800);
        token(handle, "used-long-ago", 3, "LIVE", 0);
        grant(handle, "used-just-now");
        token(handle, "used-just-now", 1, "CONSUMED", -10);
        token(handle, "used-just-now", 2, "REPLACED", 0);
        token(handle, "used-just-now", 3, "LIVE", 0);
        grant(handle, "replaced-often");
        token(handle, "replaced-often", 1, "CONSUMED", -10);
        for (int i = 2; i < 10; i++) {
          token(handle, "replaced-often", i, "REPLACED", 0);
        }
        token(handle, "replaced-often", 10, "LIVE", 0);
        grant(handle, "without");
        return true;
      });
    }
    database = Database.open(configuration);
    grants = new GrantStore(database, clock, random, Duration.ofMinutes(10));
    ServerKey key =
        ServerKey.load(
            Base64.getEncoder().encodeToString(random.generateSeed(32)), Path.of("unused"), random);
    tokens =
        new RefreshTokenStore(
            database, clock, random, key, grants, LIFETIME, Duration.ofMinutes(10));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static void undo(Handle handle) {
    for (String column :
        new String[] {"refresh_hash", "refresh_expires_at", "used_hash", "used_at", "replaced"}) {
      handle.execute("alter table authorization_grant drop column " + column);
    }
    handle.execute("drop table earlier_refresh_token");
    handle.execute(
        """
        create table refresh_token (
          token_hash bytea primary key,
          grant_id text not null references authorization_grant (grant_id) on delete cascade,
          generation bigint not null,
          state text not null check (state in ('LIVE', 'CONSUMED', 'REPLACED')),
          issued_at bigint not null,
          expires_at bigint not null,
          consumed_at bigint,
          check ((state = 'CONSUMED') = (consumed_at is not null))
        )
        """);
    handle.execute("delete from schema_history where version = '12'");
  }

  private void grant(Handle handle, String grantId) {
    handle.execute(
        """
        insert into authorization_grant (grant_id, subject, client_id, scope, resource, auth_time,
          amr, created_at, expires_at)
        values (?, 'alice', 'cli', 'a', 'https://example.com/mcp', 0, 'pwd', 0, ?)
        """,
        grantId,
        clock.instant().plus(LIFETIME).plusSeconds(600).toEpochMilli());
  }

  private void token(
      Handle handle, String grantId, int generation, String state, int consumedSecondsAgo) {
    handle.execute(
        """
        insert into refresh_token (token_hash, grant_id, generation, state, issued_at, expires_at,
          consumed_at) values (?, ?, ?, ?, 0, ?, ?)
        """,
        Secrets.sha256(text(grantId, generation)),
        grantId,
        generation,
        state,
        clock.instant().plus(LIFETIME).toEpochMilli(),
        state.equals("CONSUMED")
            ? clock.instant().plusSeconds(consumedSecondsAgo).toEpochMilli()
            : null);
  }

  /** 43 characters, as all of them had. */
  private static String text(String grantId, int generation) {
    return Secrets.sha256Base64Url(grantId + generation);
  }

  private PresentedRefreshToken look(String grantId, int generation) {
    return tokens.look(text(grantId, generation), "cli");
  }

  @Test
  void the_live_one_is_live_and_its_successor_is_of_the_new_form() {
    String live = text("used-long-ago", 3);
    assertThat(look("used-long-ago", 3))
        .isInstanceOfSatisfying(
            PresentedRefreshToken.Usable.class,
            usable -> assertThat(usable.expiresAt()).isEqualTo(clock.instant().plus(LIFETIME)));
    assertThat(tokens.look(live, "other")).isEqualTo(new PresentedRefreshToken.Unknown());

    NewRefreshToken next = tokens.prepare("used-long-ago");
    assertThat(
            database.<Consumption.Outcome>write(handle -> {
              Consumption.Outcome outcome =
                  tokens.rotation(live, RefreshTokenStoreTest.request("cli", null)).consume(handle);
              tokens.issue(handle, next);
              return outcome;
            }))
        .isEqualTo(new Consumption.Outcome.Consumed());

    assertThat(tokens.look(next.text(), "cli")).isInstanceOf(PresentedRefreshToken.Usable.class);
    assertThat(look("used-long-ago", 3)).isInstanceOf(PresentedRefreshToken.Usable.class);
    clock.advance(RefreshTokenStore.GRACE);
    assertThat(look("used-long-ago", 3)).isInstanceOf(PresentedRefreshToken.Reused.class);
  }

  @Test
  void one_that_was_used_means_what_it_meant() {
    assertThat(look("used-long-ago", 1)).isInstanceOf(PresentedRefreshToken.Reused.class);
    assertThat(look("used-long-ago", 2)).isInstanceOf(PresentedRefreshToken.Reused.class);
    assertThat(look("used-just-now", 1)).isInstanceOf(PresentedRefreshToken.Usable.class);
    assertThat(look("used-just-now", 2)).isInstanceOf(PresentedRefreshToken.Reused.class);
    assertThat(look("replaced-often", 1)).isInstanceOf(PresentedRefreshToken.Reused.class);
    assertThat(look("replaced-often", 10)).isInstanceOf(PresentedRefreshToken.Usable.class);
    assertThat(look("without", 1)).isEqualTo(new PresentedRefreshToken.Unknown());
    assertThat(grants.find("without")).isPresent();
  }

  @Test
  void what_is_known_of_them_goes_with_their_time() {
    clock.advance(LIFETIME.plus(Duration.ofHours(1)));
    new Sweep(database, clock).run();
    assertThat(
            database.<Long>read(handle ->
                handle
                    .createQuery("select count(*) from earlier_refresh_token")
                    .mapTo(Long.class)
                    .one()))
        .isZero();
  }
}

package dev.latchstring.authorizationserver.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class ReplayStoreTest extends StoreFixture {
  ReplayStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @Test
  void of_many_uses_at_once_one_is_the_first() throws Exception {
    ReplayStore replays = new ReplayStore(database);
    Instant expiry = clock.instant().plusSeconds(60);

    assertThat(Together.run(20, () -> replays.isFirstUse("client", "jti", expiry)))
        .filteredOn(each -> each)
        .hasSize(1);
    assertThat(replays.isFirstUse("other client", "jti", expiry)).isTrue();
    assertThat(replays.isFirstUse("clientj", "ti", expiry)).isTrue();
  }

  @Test
  void what_expired_is_swept_however_much_it_is() {
    ReplayStore replays = new ReplayStore(database);
    Instant expiry = clock.instant().plusSeconds(60);
    database.write(handle ->
        handle.execute(
            """
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
            insert into revoked_token (token_id, expires_at)
            select 'token-' || i, ? from n
            """,
            expiry.toEpochMilli()));
    replays.isFirstUse("client", "jti", expiry.plus(Duration.ofDays(1)));

    Sweep sweep = new Sweep(database, clock);
    assertThat(sweep.run()).isZero();
    clock.advance(Duration.ofMinutes(10));
    assertThat(sweep.run()).isEqualTo(1200);
    assertThat(rows("used_assertion")).isEqualTo(1);
  }
}

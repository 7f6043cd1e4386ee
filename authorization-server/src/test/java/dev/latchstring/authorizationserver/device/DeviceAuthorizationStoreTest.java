package dev.latchstring.authorizationserver.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryDatabase
class DeviceAuthorizationStoreTest extends StoreFixture {
  private static final DeviceAuthorizationRequest REQUEST =
      new DeviceAuthorizationRequest(
          "cli",
          Scope.of("clinic:read", "clinic:write"),
          "http://localhost/mcp",
          "::1",
          "curl/8",
          McpContext.parse("{\"model_session_id\":\"s-1\"}"));

  private DeviceAuthorizationStore devices;

  DeviceAuthorizationStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    devices = withInterval(5);
  }

  private DeviceAuthorizationStore withInterval(int seconds) {
    return new DeviceAuthorizationStore(
        database, clock, random, key, Duration.ofMinutes(10), Duration.ofSeconds(seconds));
  }

  private IssuedCodes begin() {
    return devices.create(REQUEST).toCompletableFuture().join();
  }

  private Decision.Approve approval() {
    return new Decision.Approve(
        "alice", Scope.of("clinic:read"), clock.instant(), "urn:example", List.of("pwd", "otp"));
  }

  private boolean redeem(IssuedCodes codes, String client, String grantId) {
    return database.<Boolean>write(
        handle -> devices.redeem(handle, codes.deviceCode(), client, grantId));
  }

  @Test
  void the_pages_see_what_the_device_asked_for() {
    IssuedCodes codes = begin();

    DeviceAuthorization found = devices.findByUserCode(codes.userCode()).orElseThrow();
    assertThat(found.request()).isEqualTo(REQUEST);
    assertThat(found.state()).isEqualTo(DeviceAuthorization.State.PENDING);
    assertThat(found.expiresAt()).isEqualTo(codes.expiresAt());
    assertThat(devices.findByUserCode(new UserCode("BBBBBBBB"))).isEmpty();
  }

  @Test
  void neither_code_is_in_the_database() {
    IssuedCodes codes = begin();
    assertThat(dump("device_authorization"))
        .doesNotContain(codes.deviceCode())
        .doesNotContain(codes.userCode().letters());
  }

  @Test
  void from_pending_by_approval_to_redeemed() {
    IssuedCodes codes = begin();
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(false, Duration.ofSeconds(5)));
    assertThat(redeem(codes, "cli", "too early")).isFalse();

    Decision.Approve approval = approval();
    assertThat(devices.decide(codes.userCode(), approval)).isTrue();
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(
            new Poll.Approved(
                "alice",
                Scope.of("clinic:read"),
                REQUEST.resource(),
                approval.authenticationTime(),
                "urn:example",
                List.of("pwd", "otp"),
                REQUEST.context()));

    assertThat(redeem(codes, "cli", "grant")).isTrue();
    assertThat(devices.poll(codes.deviceCode(), "cli")).isEqualTo(new Poll.Redeemed("grant"));
    assertThat(redeem(codes, "cli", "again")).isFalse();
  }

  @Test
  void a_denied_request_stays_denied() {
    IssuedCodes codes = begin();

    assertThat(devices.decide(codes.userCode(), new Decision.Deny("alice"))).isTrue();
    assertThat(devices.decide(codes.userCode(), approval())).isFalse();
    assertThat(devices.poll(codes.deviceCode(), "cli")).isEqualTo(new Poll.Denied());
    assertThat(redeem(codes, "cli", "grant")).isFalse();
  }

  @Test
  void another_client_meets_an_unknown_code_and_redeems_nothing() {
    IssuedCodes codes = begin();
    devices.decide(codes.userCode(), approval());

    assertThat(devices.poll(codes.deviceCode(), "other")).isEqualTo(new Poll.Unknown());
    assertThat(redeem(codes, "other", "grant")).isFalse();
    assertThat(devices.poll("nonsense", "cli")).isEqualTo(new Poll.Unknown());
  }

  @Test
  void each_poll_that_comes_too_fast_makes_the_interval_five_seconds_longer() {
    IssuedCodes codes = begin();
    devices.poll(codes.deviceCode(), "cli");

    clock.advance(Duration.ofSeconds(1));
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(true, Duration.ofSeconds(10)));
    clock.advance(Duration.ofSeconds(5));
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(true, Duration.ofSeconds(15)));
    clock.advance(Duration.ofSeconds(15));
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(false, Duration.ofSeconds(15)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 60})
  void a_device_that_keeps_the_interval_it_was_given_is_not_too_fast(int seconds) {
    devices = withInterval(seconds);
    IssuedCodes codes = begin();
    Duration interval = Duration.ofSeconds(seconds);
    assertThat(codes.interval()).isEqualTo(interval);
    devices.poll(codes.deviceCode(), "cli");

    clock.advance(interval);
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(false, interval));
    clock.advance(interval.dividedBy(2).minusMillis(1));
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(true, interval.plusSeconds(5)));
    clock.advance(interval);
    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(true, interval.plusSeconds(10)));
  }

  @Test
  void a_device_that_never_learns_waits_two_minutes_at_the_most() {
    IssuedCodes codes = begin();
    for (int poll = 0; poll < 30; poll++) {
      devices.poll(codes.deviceCode(), "cli");
    }

    assertThat(devices.poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(true, Duration.ofMinutes(2)));
  }

  @Test
  void an_interval_that_was_given_holds_when_the_setting_has_changed() {
    IssuedCodes codes = begin();

    assertThat(withInterval(60).poll(codes.deviceCode(), "cli"))
        .isEqualTo(new Poll.Pending(false, Duration.ofSeconds(5)));
  }

  @Test
  void an_expired_code_can_neither_be_decided_nor_redeemed_and_says_so_for_a_while() {
    IssuedCodes undecided = begin();
    IssuedCodes approved = begin();
    devices.decide(approved.userCode(), approval());
    clock.advance(Duration.ofMinutes(10));

    assertThat(devices.findByUserCode(undecided.userCode())).isEmpty();
    assertThat(devices.decide(undecided.userCode(), approval())).isFalse();
    assertThat(redeem(approved, "cli", "grant")).isFalse();
    new Sweep(database, clock).run();
    assertThat(devices.poll(undecided.deviceCode(), "cli")).isEqualTo(new Poll.Expired());
    assertThat(devices.poll(approved.deviceCode(), "cli")).isEqualTo(new Poll.Expired());

    clock.advance(Duration.ofHours(1));
    new Sweep(database, clock).run();
    assertThat(devices.poll(undecided.deviceCode(), "cli")).isEqualTo(new Poll.Unknown());
  }

  /** Draws each number nine times, of those that codes are made of. */
  private static final class Repeating extends SecureRandom {
    private static final long serialVersionUID = 1;
    private int draws;

    @Override
    public long nextLong() {
      return draws++ / 9;
    }
  }

  @Test
  void a_code_that_another_login_has_is_not_given_out_again() {
    devices =
        new DeviceAuthorizationStore(
            database, clock, new Repeating(), key, Duration.ofMinutes(10), Duration.ofSeconds(5));
    List<UserCode> given = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      given.add(begin().userCode());
    }
    assertThat(given).doesNotHaveDuplicates();
  }

  @Test
  void of_many_decisions_and_redemptions_at_once_one_wins() throws Exception {
    IssuedCodes codes = begin();
    assertThat(Together.run(16, () -> devices.decide(codes.userCode(), approval())))
        .filteredOn(each -> each)
        .hasSize(1);

    AtomicInteger number = new AtomicInteger();
    assertThat(Together.run(16, () -> redeem(codes, "cli", "grant-" + number.incrementAndGet())))
        .filteredOn(each -> each)
        .hasSize(1);
  }
}

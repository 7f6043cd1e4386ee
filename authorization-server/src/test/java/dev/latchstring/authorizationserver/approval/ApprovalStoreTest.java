package dev.latchstring.authorizationserver.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class ApprovalStoreTest extends StoreFixture {
  private static final ApprovalRequest REQUEST =
      new ApprovalRequest(
          "voice", "key-1", "http://localhost/mcp", Scope.of("clinic:read"), "203.0.113.7");
  private static final Channel BROWSER = new Channel.Browser();

  private ApprovalStore approvals;

  ApprovalStoreTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    approvals = new ApprovalStore(database, clock, random, key);
  }

  private String handle(String subject) {
    return approvals.waiting(subject).getLast().handle();
  }

  private static EnteredNumber number(Asked asked) {
    return new EnteredNumber(asked.number());
  }

  private static EnteredNumber wrong(Asked asked) {
    return new EnteredNumber(asked.number().equals("10") ? "11" : "10");
  }

  @Test
  void a_person_sees_what_is_asked_and_approves_it_with_the_number() {
    Asked asked = approvals.ask("alice", REQUEST);
    assertThat(asked.number()).matches("[1-9][0-9]");
    assertThat(asked.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(3)));
    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Pending());

    assertThat(approvals.waiting("alice"))
        .singleElement()
        .satisfies(waiting -> {
          assertThat(waiting.request()).isEqualTo(REQUEST);
          assertThat(waiting.createdAt()).isEqualTo(clock.instant());
          assertThat(waiting.expiresAt()).isEqualTo(asked.expiresAt());
        });
    assertThat(approvals.approve("alice", handle("alice"), number(asked), BROWSER))
        .isEqualTo(Outcome.APPROVED);

    assertThat(approvals.state(asked.id()))
        .isEqualTo(new ApprovalState.Approved(clock.instant(), BROWSER));
    assertThat(approvals.waiting("alice")).isEmpty();
  }

  @Test
  void an_approval_counts_once_however_many_want_it() throws Exception {
    Asked asked = approvals.ask("alice", REQUEST);
    assertThat(approvals.consume(asked.id())).as("not approved yet").isFalse();
    approvals.approve(
        "alice", handle("alice"), number(asked), new Channel.Program("phone", "other"));
    assertThat(approvals.state(asked.id()))
        .isEqualTo(new ApprovalState.Approved(clock.instant(), new Channel.Program("phone", null)));

    assertThat(Together.run(16, () -> approvals.consume(asked.id())))
        .filteredOn(each -> each)
        .hasSize(1);
    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Expired());
  }

  @Test
  void the_second_wrong_number_denies() {
    Asked asked = approvals.ask("alice", REQUEST);
    String handle = handle("alice");

    assertThat(approvals.approve("alice", handle, wrong(asked), BROWSER))
        .isEqualTo(Outcome.WRONG_NUMBER);
    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Pending());
    assertThat(approvals.approve("alice", handle, wrong(asked), BROWSER))
        .isEqualTo(Outcome.DENIED_BY_NUMBER);

    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Denied());
    assertThat(approvals.approve("alice", handle, number(asked), BROWSER)).isEqualTo(Outcome.OVER);
  }

  @Test
  void the_right_number_after_a_wrong_one_approves() {
    Asked asked = approvals.ask("alice", REQUEST);
    String handle = handle("alice");
    approvals.approve("alice", handle, wrong(asked), BROWSER);

    assertThat(approvals.approve("alice", handle, number(asked), BROWSER))
        .isEqualTo(Outcome.APPROVED);
  }

  @Test
  void of_all_numbers_at_once_at_most_two_are_tried() throws Exception {
    Asked asked = approvals.ask("alice", REQUEST);
    String handle = handle("alice");
    AtomicInteger next = new AtomicInteger(10);

    List<Outcome> outcomes =
        Together.run(
            90,
            () ->
                approvals.approve(
                    "alice",
                    handle,
                    new EnteredNumber(Integer.toString(next.getAndIncrement())),
                    BROWSER));

    assertThat(outcomes).filteredOn(each -> each != Outcome.OVER).hasSizeLessThanOrEqualTo(2);
    assertThat(approvals.state(asked.id())).isNotEqualTo(new ApprovalState.Pending());
  }

  @Test
  void of_yes_and_no_at_once_one_counts() throws Exception {
    for (int round = 0; round < 5; round++) {
      String subject = "person-" + round;
      Asked asked = approvals.ask(subject, REQUEST);
      String handle = handle(subject);
      AtomicInteger turn = new AtomicInteger();

      List<Outcome> outcomes =
          Together.run(
              8,
              () ->
                  turn.getAndIncrement() % 2 == 0
                      ? approvals.approve(subject, handle, number(asked), BROWSER)
                      : approvals.deny(subject, handle, BROWSER));

      List<Outcome> counted = new ArrayList<>(outcomes);
      counted.removeIf(outcome -> outcome == Outcome.OVER);
      assertThat(counted).hasSize(1);
      assertThat(approvals.state(asked.id()))
          .isInstanceOf(
              counted.getFirst() == Outcome.APPROVED
                  ? ApprovalState.Approved.class
                  : ApprovalState.Denied.class);
    }
  }

  @Test
  void nobody_answers_for_another_person() {
    Asked asked = approvals.ask("alice", REQUEST);
    String handle = handle("alice");

    assertThat(approvals.waiting("bob")).isEmpty();
    assertThat(approvals.approve("bob", handle, number(asked), BROWSER)).isEqualTo(Outcome.OVER);
    assertThat(approvals.deny("bob", handle, BROWSER)).isEqualTo(Outcome.OVER);
    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void what_is_about_nobody_looks_pending_and_can_never_be_approved() {
    Asked asked = approvals.ask(null, REQUEST);

    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Pending());
    String handle = Secrets.sha256Base64Url(asked.id());
    for (String subject : new String[] {"", "alice", "null"}) {
      assertThat(approvals.waiting(subject)).isEmpty();
      assertThat(approvals.approve(subject, handle, number(asked), BROWSER))
          .isEqualTo(Outcome.OVER);
    }
    clock.advance(Duration.ofMinutes(3));
    assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Expired());
  }

  @Test
  void a_person_is_asked_three_things_at_a_time_and_who_asks_more_cannot_tell() throws Exception {
    List<Asked> all = Together.run(10, () -> approvals.ask("alice", REQUEST));

    assertThat(approvals.waiting("alice")).hasSize(3);
    assertThat(all)
        .allSatisfy(asked ->
            assertThat(approvals.state(asked.id())).isEqualTo(new ApprovalState.Pending()));
    clock.advance(Duration.ofMinutes(3));
    approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).hasSize(1);
  }

  @Test
  void after_a_no_there_is_a_minute_of_quiet() {
    approvals.ask("alice", REQUEST);
    assertThat(approvals.deny("alice", handle("alice"), BROWSER)).isEqualTo(Outcome.DENIED);

    clock.advance(Duration.ofSeconds(59));
    Asked quiet = approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).isEmpty();
    assertThat(approvals.state(quiet.id())).isEqualTo(new ApprovalState.Pending());
    approvals.ask("bob", REQUEST);
    assertThat(approvals.waiting("bob")).hasSize(1);

    clock.advance(Duration.ofSeconds(1));
    approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).hasSize(1);
  }

  @Test
  void who_never_approves_is_asked_twenty_times_an_hour_at_most() {
    for (int i = 0; i < 30; i++) {
      approvals.ask("alice", REQUEST, Duration.ofSeconds(30));
      clock.advance(Duration.ofSeconds(30));
    }
    approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).isEmpty();

    new Sweep(database, clock).run();
    approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).as("a sweep does not forget it").isEmpty();
    clock.advance(Duration.ofHours(1));
    approvals.ask("alice", REQUEST);
    assertThat(approvals.waiting("alice")).hasSize(1);
  }

  @Test
  void what_is_too_late_is_neither_approved_nor_used() {
    Asked late = approvals.ask("alice", REQUEST, Duration.ofSeconds(30));
    String lateHandle = handle("alice");
    Asked approved = approvals.ask("alice", REQUEST, Duration.ofSeconds(30));
    String other =
        approvals.waiting("alice").stream()
            .map(WaitingApproval::handle)
            .filter(each -> !each.equals(lateHandle))
            .findAny()
            .orElseThrow();
    approvals.approve("alice", other, number(approved), BROWSER);
    clock.advance(Duration.ofSeconds(30));

    assertThat(approvals.approve("alice", lateHandle, number(late), BROWSER))
        .isEqualTo(Outcome.OVER);
    assertThat(approvals.deny("alice", lateHandle, BROWSER)).isEqualTo(Outcome.OVER);
    assertThat(approvals.consume(approved.id())).isFalse();
    assertThat(approvals.state(late.id())).isEqualTo(new ApprovalState.Expired());
  }

  @Test
  void a_program_cannot_approve_what_it_asked_for_itself() {
    Asked asked = approvals.ask("alice", REQUEST);
    String handle = handle("alice");

    assertThat(
            approvals.approve(
                "alice", handle, number(asked), new Channel.Program("voice", "key-1")))
        .isEqualTo(Outcome.ASKED_HERE);
    assertThat(
            approvals.approve(
                "alice", handle, number(asked), new Channel.Program("voice", "key-2")))
        .as("the same client on another machine")
        .isEqualTo(Outcome.APPROVED);
  }

  @Test
  void what_cannot_be_a_handle_is_over() {
    Asked asked = approvals.ask("alice", REQUEST);
    for (String handle :
        new String[] {"", "x", asked.id(), "!".repeat(43), "A".repeat(44), "_".repeat(43)}) {
      assertThat(approvals.approve("alice", handle, number(asked), BROWSER))
          .as(handle)
          .isEqualTo(Outcome.OVER);
    }
  }

  @Test
  void nothing_waits_longer_than_ten_minutes() {
    for (Duration lifetime :
        List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMinutes(10).plusMillis(1))) {
      assertThatThrownBy(() -> approvals.ask("alice", REQUEST, lifetime))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Instant end = approvals.ask("alice", REQUEST, Duration.ofMinutes(10)).expiresAt();
    assertThat(end).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
  }

  @Test
  void neither_the_number_nor_the_secret_is_in_the_database_or_in_a_text() {
    Asked asked = approvals.ask("alice", REQUEST);
    byte[] kept =
        database.read(handle ->
            handle.createQuery("select number_hash from approval").mapTo(byte[].class).one());

    assertThat(kept).hasSize(32).isNotEqualTo(Secrets.sha256(asked.number()));
    assertThat(dump("approval")).doesNotContain(asked.id());
    // The time has two digits of its own here and there.
    String text = asked.toString().replace(asked.expiresAt().toString(), "");
    assertThat(text).doesNotContain(asked.id()).doesNotContain(asked.number());
    assertThat(number(asked).toString()).doesNotContain(asked.number());
  }

  @Test
  void the_sweep_takes_what_is_over_for_an_hour() {
    approvals.ask("alice", REQUEST);
    clock.advance(Duration.ofMinutes(62));
    new Sweep(database, clock).run();
    assertThat(rows("approval")).isEqualTo(1);
    clock.advance(Duration.ofMinutes(1));
    new Sweep(database, clock).run();
    assertThat(rows("approval")).isZero();
  }
}

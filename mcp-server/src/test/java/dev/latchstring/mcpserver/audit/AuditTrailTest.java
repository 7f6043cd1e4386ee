package dev.latchstring.mcpserver.audit;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.alice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.audit.AuditEntry.Outcome;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.DecisionPoint;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
  private static final Duration SOON = Duration.ofSeconds(120);

  private static AuditEntry entry(String name) {
    return new AuditEntry(
        NOW, "alice", "i", "c", List.of(), "tools/call", name, Outcome.ALLOWED, null, "default");
  }

  @Test
  void each_decision_says_who_which_tool_by_which_rule_and_never_an_argument() throws Exception {
    List<AuditEntry> kept = new CopyOnWriteArrayList<>();
    CountDownLatch four = new CountDownLatch(4);
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.scopes("read"))
            .tool("push", Requirement.scopes("push"))
            .decisionPoint(
                new DecisionPoint() {
                  @Override
                  public String name() {
                    return "engine";
                  }

                  @Override
                  public Decision decide(Question question) {
                    return "down".equals(question.target())
                        ? new Decision.Unavailable("later")
                        : new Decision.Allowed();
                  }
                })
            .audit(entry -> {
              kept.add(entry);
              four.countDown();
            })
            .clock(() -> NOW)
            .build();

    tools.admit(
        alice("read push"), "tools/call", "push", Json.readTree("{\"text\":\"my secret\"}"));
    tools.admit(alice("read"), "tools/call", "push", null);
    tools.admit(alice("read"), "tools/call", "down", null);
    tools.admit(null, "resources/read", "file:///secret?token=x", null);
    tools.admit(alice("read"), "tools/list", null, null);

    assertThat(four.await(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(kept)
        .extracting(AuditEntry::outcome)
        .containsExactly(Outcome.ALLOWED, Outcome.REFUSED, Outcome.UNDECIDED, Outcome.REFUSED);
    assertThat(kept)
        .extracting(AuditEntry::rule)
        .containsExactly("tool push", "tool push", "engine", "default");
    assertThat(kept)
        .extracting(AuditEntry::error)
        .containsExactly(null, "insufficient_scope", "temporarily_unavailable", "login_required");
    assertThat(kept.getFirst().subject()).isEqualTo("alice");
    assertThat(kept.getFirst().issuer()).isEqualTo("https://login.example");
    assertThat(kept.toString()).doesNotContain("secret");
  }

  @Test
  void a_tools_name_does_not_make_a_line_of_its_own_or_another_member() {
    assertThat(AuditLog.line(entry("x\nallowed subject=root name=\"drop\" \u001b[2Jé")))
        .isEqualTo(
            "allowed subject=alice issuer=i client_id=c method=tools/call"
                + " name=\"x?allowed subject=root name='drop' ?[2J?\" rule=default");
    assertThat(AuditLog.line(entry("x".repeat(500)))).hasSizeLessThan(300);
  }

  @Test
  void a_sink_that_stands_still_holds_up_nobody_and_is_told_what_it_missed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicLong lost = new AtomicLong();
    List<String> kept = new ArrayList<>();
    AuditTrail trail =
        AuditTrail.to(
            new AuditSink() {
              @Override
              public void keep(AuditEntry entry) {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                kept.add(entry.name());
              }

              @Override
              public void lost(long entries) {
                lost.addAndGet(entries);
              }
            });
    int all = AuditTrail.MAX_WAITING + 500;

    for (int i = 0; i < all; i++) {
      trail.add(entry("tool-" + i));
    }
    go.countDown();
    assertThat(trail.flush(SOON)).isTrue();
    trail.add(entry("last"));
    assertThat(trail.flush(SOON)).isTrue();

    assertThat(kept).hasSizeBetween(AuditTrail.MAX_WAITING, AuditTrail.MAX_WAITING + 3);
    assertThat(kept.size() + lost.get()).isEqualTo(all + 1);
  }

  @Test
  void of_many_threads_nothing_is_lost_and_each_ones_order_stays() {
    List<String> kept = new ArrayList<>();
    AuditTrail trail = AuditTrail.to(entry -> kept.add(entry.name()));
    try (var threads = Executors.newFixedThreadPool(4)) {
      IntStream.range(0, 4)
          .forEach(thread ->
              threads.submit(() ->
                  IntStream.range(0, 1000)
                      .forEach(i -> trail.add(entry(thread + " " + (1000 + i))))));
    }
    assertThat(trail.flush(SOON)).isTrue();

    assertThat(kept).hasSize(4000);
    for (int thread = 0; thread < 4; thread++) {
      String own = thread + " ";
      assertThat(kept.stream().filter(name -> name.startsWith(own))).isSorted();
    }
  }

  @Test
  void a_sink_that_fails_does_not_end_the_trail() {
    List<String> kept = new ArrayList<>();
    AuditTrail trail =
        AuditTrail.to(
            entry -> {
              throw new IllegalStateException("disk full");
            },
            entry -> kept.add(entry.name()));

    trail.add(entry("one"));
    trail.add(entry("two"));

    assertThat(trail.flush(SOON)).isTrue();
    assertThat(kept).containsExactly("one", "two");
  }
}

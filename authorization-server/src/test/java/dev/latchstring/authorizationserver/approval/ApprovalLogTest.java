package dev.latchstring.authorizationserver.approval;

import static dev.latchstring.authorizationserver.RunningServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What the log tells of approvals: who, where, and never a number or a code. */
@Isolated("reads the log")
class ApprovalLogTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getFormattedMessage());
        }
      };
  private final ApprovalScene scene = new ApprovalScene(DatabaseKind.SQLITE);

  @BeforeEach
  void listen() {
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(SecurityLog.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    Logger logger = (Logger) LoggerFactory.getLogger(SecurityLog.class);
    logger.detachAppender(log);
    logger.setLevel(null);
    scene.close();
  }

  @Test
  void every_answer_is_told_with_its_person_and_channel_and_without_what_was_typed() {
    String alice = scene.token("alice", "correct horse");
    Asked asked = scene.ask("alice");
    String subject = scene.subject("alice");
    String approval = scene.approvals.waiting(subject).getFirst().handle();
    lines.clear();

    for (String number : new String[] {ApprovalScene.wrong(asked), asked.number()}) {
      scene.post(
          alice,
          ApprovalsEndpoint.PATH,
          form("approval", approval, "decision", "approve", "number", number));
    }

    assertThat(lines)
        .satisfiesExactly(
            wrong ->
                assertThat(wrong)
                    .startsWith(
                        "approval_wrong_number subject=" + subject + " with=client:latch address="),
            right -> assertThat(right).startsWith("approval_given subject=" + subject));
    assertThat(lines).noneMatch(line -> line.matches(".*\\b" + asked.number() + "\\b.*"));
    assertThat(lines.toString()).doesNotContain(approval).doesNotContain(asked.id());
  }

  @Test
  void a_question_is_told_with_whether_anybody_sees_it() {
    scene.ask("alice");
    scene.approvals.ask(null, ApprovalScene.REQUEST);

    assertThat(lines)
        .satisfiesExactly(
            shown ->
                assertThat(shown)
                    .startsWith("approval_asked subject=" + scene.subject("alice"))
                    .contains("client_id=voice")
                    .endsWith("shown=yes"),
            unseen ->
                assertThat(unseen)
                    .startsWith("approval_asked client_id=voice")
                    .endsWith("shown=no"));
  }

  @Test
  void a_device_that_a_program_lets_in_is_told_with_the_program() {
    String alice = scene.token("alice", "correct horse");
    JsonNode device = scene.server.ask();
    lines.clear();

    scene.post(
        alice,
        DeviceDecisionEndpoint.PATH,
        form("user_code", device.path("user_code").asString(), "decision", "allow"));

    assertThat(lines)
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .startsWith("device_allowed subject=")
                .contains("client_id=phone with=client:latch"));
  }
}

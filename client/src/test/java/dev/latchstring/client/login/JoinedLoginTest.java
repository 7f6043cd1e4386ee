package dev.latchstring.client.login;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A login that more than one process takes part in, each with a store of its own on the files. */
@Timeout(300)
class JoinedLoginTest {
  @TempDir Path home;
  private final Protected clinic = new Protected();
  private final Http http = new Http(Duration.ofSeconds(5));
  private final TestClock clock = new TestClock();
  private final List<DeviceCode> shown = new ArrayList<>();
  private final Slot.LoginSlot slot = new Slot.LoginSlot(clinic.server.uri("/mcp"), "default");

  @AfterEach
  void close() {
    http.close();
    clinic.close();
  }

  private TokenStore store() {
    return new EncryptedFileTokenStore(
        home.resolve("data"), home.resolve("config"), null, new SecureRandom());
  }

  private DeviceLogin login(String account, Scope scope, ClientIdentity client, Pause pause) {
    return new DeviceLogin(
        LoginContexts.of(
            account,
            (Discovered) new McpDiscovery(http).discover(clinic.server.uri("/mcp")),
            client,
            null,
            store(),
            http,
            clock,
            Surroundings.UNKNOWN,
            LoginOptions.DEFAULT.withScope(scope)),
        pause);
  }

  private DeviceLogin login(Pause pause) {
    return login("default", Scope.of("clinic:read"), null, pause);
  }

  private Approval approved(DeviceLogin login) {
    return ((LoginOutcome.Approved) login.run(shown::add)).approval();
  }

  /** A process that stops while its login waits: by a host that ends it between two calls. */
  private void startAndStop() {
    clinic.polls.add(request -> Answer.error("authorization_pending"));
    login(stopping()).run(shown::add);
  }

  private Pause stopping() {
    int[] waits = {0};
    return time -> {
      clock.advance(time);
      if (++waits[0] == 2) {
        throw new InterruptedException("the process ends");
      }
    };
  }

  private void clearInterrupt() {
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_login_whose_process_stopped_is_joined_by_the_next_with_the_same_code() {
    startAndStop();
    clearInterrupt();

    Approval approval = approved(login(clock::advance));
    approval.confirm();

    assertThat(clinic.server.to("/device")).hasSize(1);
    assertThat(shown).hasSize(2);
    assertThat(shown.get(1))
        .usingRecursiveComparison()
        .ignoringFields("joined")
        .isEqualTo(shown.get(0));
    assertThat(shown).extracting(DeviceCode::joined).containsExactly(false, true);
    assertThat(store().find(slot).orElseThrow().accessToken()).isEqualTo("access-0");
    assertThat(clinic.server.to("/token")).hasSize(2);
  }

  @Test
  void what_was_approved_and_not_confirmed_is_confirmed_by_the_next_process() {
    assertThat(approved(login(clock::advance)).needsConfirmation()).isTrue();
    assertThat(store().find(slot)).isEmpty();
    shown.clear();

    Approval approval = approved(login(clock::advance));

    assertThat(shown).as("there is no code to enter any more").isEmpty();
    assertThat(approval.needsConfirmation()).isTrue();
    assertThat(store().find(slot)).isEmpty();
    assertThat(clinic.server.to("/token")).as("a code is redeemed once").hasSize(1);
    approval.confirm();
    assertThat(store().find(slot).orElseThrow().accessToken()).isEqualTo("access-0");
  }

  @Test
  void the_first_answer_counts_for_all_who_ask() {
    Approval here = approved(login(clock::advance));
    Approval there = approved(login(clock::advance));

    here.confirm();
    there.discard();

    assertThat(clinic.server.to("/revoke")).as("what is in use is not revoked").isEmpty();
    assertThat(store().find(slot)).isPresent();
    there.confirm();
    assertThat(store().find(slot)).isPresent();
  }

  @Test
  void what_was_discarded_in_one_place_is_not_confirmed_in_another() {
    Approval here = approved(login(clock::advance));
    Approval there = approved(login(clock::advance));

    here.discard();

    ClientException e = catchThrowableOfType(ClientException.class, there::confirm);
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(store().find(slot)).isEmpty();
    assertThat(clinic.server.to("/revoke")).hasSize(2);
  }

  @Test
  void tokens_that_nobody_confirmed_in_ten_minutes_are_revoked_by_the_next_login() {
    assertThat(approved(login(clock::advance)).needsConfirmation()).isTrue();
    clock.advance(Duration.ofMinutes(10));

    assertThat(approved(login(clock::advance)).needsConfirmation()).isTrue();

    assertThat(clinic.server.to("/device")).hasSize(2);
    assertThat(clinic.server.to("/revoke").getFirst().form().required("token"))
        .isEqualTo("refresh-0");
  }

  @Test
  void another_account_scope_or_client_is_another_login() {
    startAndStop();
    clearInterrupt();

    login("work", Scope.of("clinic:read"), null, clock::advance).run(shown::add);
    login("default", Scope.of("clinic:write"), null, clock::advance).run(shown::add);
    login("default", Scope.of("clinic:read"), ClientIdentity.publicClient("other"), clock::advance)
        .run(shown::add);

    assertThat(clinic.server.to("/device")).hasSize(4);
  }

  @Test
  void a_code_that_expired_is_not_joined() {
    startAndStop();
    clearInterrupt();
    clock.advance(Duration.ofMinutes(10));

    approved(login(clock::advance)).confirm();

    assertThat(clinic.server.to("/device")).hasSize(2);
  }

  @Test
  void nothing_of_a_waiting_login_is_readable_on_disk_and_nothing_is_left_of_it_at_its_end()
      throws IOException {
    startAndStop();
    clearInterrupt();
    assertThat(files()).anyMatch(name -> name.startsWith("pending-") && name.endsWith(".latch"));
    assertThat(contents()).doesNotContain("device-secret").doesNotContain("BCDF");

    clinic.polls.add(request -> Answer.error("access_denied"));
    assertThat(login(clock::advance).run(shown::add)).isEqualTo(new LoginOutcome.Denied());

    assertThat(store().list().toString()).doesNotContain("device-secret").doesNotContain("BCDF");
    clock.advance(Duration.ofMinutes(10));
    try (LatchClient client = LatchClient.using(store()).clock(clock).build()) {
      assertThat(client.stored().pending()).isEmpty();
    }
    assertThat(files()).noneMatch(name -> name.startsWith("pending-") && name.endsWith(".latch"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(home.resolve("data/tokens"))) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }

  private String contents() throws IOException {
    StringBuilder contents = new StringBuilder();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.append(new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    return contents.toString();
  }

  @Test
  void status_tells_of_a_login_that_waits_and_a_logout_forgets_it() {
    startAndStop();
    clearInterrupt();
    approvedElsewhere();
    try (LatchClient client = LatchClient.using(store()).clock(clock).build()) {
      Account account = client.account(clinic.server.uri("/mcp"));
      var pending = client.stored().pending().getFirst();
      assertThat(pending.server()).isEqualTo(account.server());
      assertThat(pending.approved()).isTrue();
      assertThat(pending.toString()).doesNotContain("BCDF");

      account.logout();

      assertThat(client.stored().pending()).isEmpty();
      assertThat(clinic.server.to("/revoke").getFirst().form().required("token"))
          .isEqualTo("refresh-0");
    }
  }

  private void approvedElsewhere() {
    assertThat(approved(login(clock::advance)).needsConfirmation()).isTrue();
  }

  @Test
  void whoever_started_a_login_gives_it_up_for_all_and_whoever_joined_only_leaves() {
    DeviceLogin[] starter = {null};
    DeviceLogin joiner =
        login(time -> {
          clock.advance(time);
          starter[0].cancel();
          throw new InterruptedException("cancelled");
        });
    clinic.polls.add(request -> Answer.error("authorization_pending"));
    starter[0] = joiner;
    assertThat(joiner.run(shown::add)).isEqualTo(new LoginOutcome.Cancelled());
    clearInterruptIfAny();

    assertThat(approved(login(clock::advance)).needsConfirmation()).isTrue();
    assertThat(clinic.server.to("/device")).as("the first was given up").hasSize(2);
  }

  private static void clearInterruptIfAny() {
    boolean was = Thread.interrupted();
    assertThat(was || !was).isTrue();
  }

  @Test
  void two_that_wait_at_once_poll_as_one_and_both_end_with_the_login() throws Exception {
    CountDownLatch bothShown = new CountDownLatch(2);
    AtomicInteger polls = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      clinic.polls.add(request -> {
        polls.incrementAndGet();
        bothShown.await(120, TimeUnit.SECONDS);
        return Answer.error("authorization_pending");
      });
    }
    List<Approval> approvals = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<LoginOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        DeviceLogin login = inRealTime();
        outcomes.add(threads.submit(() -> login.run(code -> bothShown.countDown())));
      }
      for (Future<LoginOutcome> outcome : outcomes) {
        approvals.add(((LoginOutcome.Approved) outcome.get(120, TimeUnit.SECONDS)).approval());
      }
    }
    assertThat(clinic.server.to("/device")).hasSize(1);
    assertThat(clinic.server.to("/token")).hasSize(4);
    approvals.get(0).confirm();
    approvals.get(1).confirm();
    assertThat(store().find(slot)).isPresent();
  }

  /** By the machine's clock, with the server's interval of a second. */
  private DeviceLogin inRealTime() {
    return new DeviceLogin(
        LoginContexts.of(
            "default",
            (Discovered) new McpDiscovery(http).discover(clinic.server.uri("/mcp")),
            null,
            null,
            store(),
            http,
            Clock.systemUTC(),
            Surroundings.UNKNOWN,
            LoginOptions.DEFAULT),
        null);
  }

  @Test
  void a_login_that_was_confirmed_elsewhere_ends_as_approved_here_without_a_question() {
    DeviceLogin first =
        login(time -> {
          clock.advance(time);
          if (shown.size() == 1) {
            approved(login(clock::advance)).confirm();
          }
        });
    clinic.polls.add(request -> Answer.error("authorization_pending"));

    Approval approval = approved(first);

    assertThat(approval.needsConfirmation()).isFalse();
    approval.confirm();
    assertThat(store().find(slot).orElseThrow().accessToken()).isEqualTo("access-0");
    assertThat(clinic.server.to("/device")).hasSize(1);
  }

  @Test
  void a_store_that_cannot_be_written_does_not_keep_anybody_from_logging_in() throws IOException {
    Files.writeString(home.resolve("data"), "a file is in the way");
    DeviceLogin login =
        login(
            "default",
            Scope.of("clinic:read"),
            ClientIdentity.publicClient("mine"),
            clock::advance);

    Approval approval = approved(login);

    assertThat(catchThrowableOfType(ClientException.class, approval::confirm).problem())
        .isEqualTo(Problem.STORE_UNAVAILABLE);
    Files.delete(home.resolve("data"));
    approval.confirm();
    assertThat(store().find(slot)).isPresent();
    assertThat(clinic.server.to("/device")).hasSize(1);
  }
}

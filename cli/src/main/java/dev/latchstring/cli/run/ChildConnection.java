package dev.latchstring.cli.run;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.Problem;
import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.ServerConnection;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge's way to a program of this machine, which is started when there is a token for it, and
 * gets another process when the token must change.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class ChildConnection implements ServerConnection, ChildUpstream.Source {
  /** A token that lives longer is worth a word. */
  private static final Duration SHORT = Duration.ofHours(24);

  /** How often the stored login is looked at, at most and at least. */
  private static final Duration SELDOM = Duration.ofSeconds(30);

  private static final Duration OFTEN = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ChildConnection.class);

  private final Program program;
  private final ChildEnvironment environment;
  private final Account account;
  private final Upstream.Listener listener;
  private final PrintStream err;
  private final Clock clock;
  private final Restarts restarts = new Restarts();
  private final ReentrantLock lock = new ReentrantLock();
  private final Cancellation end = new Cancellation();
  private final AtomicReference<String> refused = new AtomicReference<>("");
  private final AtomicBoolean warned = new AtomicBoolean();
  private ChangeFilter wanted = ChangeFilter.NONE;
  private volatile @Nullable ChildUpstream upstream;
  private volatile @Nullable Boolean statelessBefore;
  private volatile String lastFailure = "";
  private volatile @Nullable Instant tokenEnd;
  private volatile Cancellation asleep = new Cancellation();

  /**
   * @param err where the program's standard error goes
   */
  ChildConnection(
      Program program,
      ChildEnvironment environment,
      Account account,
      Upstream.Listener listener,
      PrintStream err,
      Clock clock) {
    this.program = program;
    this.environment = environment;
    this.account = account;
    this.listener = listener;
    this.err = err;
    this.clock = clock;
  }

  @Override
  public String title() {
    return account.server().getRawAuthority() + ", for the program " + program.name();
  }

  @Override
  public Upstream ready(HostFace face) {
    return upstream(face).open();
  }

  @Override
  public @Nullable Upstream current() {
    ChildUpstream known = upstream;
    return known == null || known.last() == null ? null : known;
  }

  @Override
  public void listen(ChangeFilter filter) {
    lock.lock();
    try {
      wanted = filter;
    } finally {
      lock.unlock();
    }
    ChildUpstream known = upstream;
    if (known != null) {
      known.listen(filter);
    }
  }

  /** After a login: so that the first request finds the program ready. */
  @Override
  public void listenAgain() {
    ChildUpstream known = upstream;
    if (known != null) {
      try {
        known.open();
      } catch (LoginRequired e) {
        known.renew(); // Somebody logged out: the program is not to keep its token.
      } catch (RpcError e) {
        LOG.info("{}", e.getMessage());
      }
    }
  }

  @Override
  public RpcError brokenOff(String method) {
    ChildUpstream known = upstream;
    Met met = known == null ? null : known.last();
    String how = met == null ? "ended" : met.session().process().obituary();
    return ChildFault.brokenOff(program.name(), how, method);
  }

  @Override
  public void close() {
    end.cancel();
    ChildUpstream known = upstream;
    if (known != null) {
      known.close();
    }
  }

  private ChildUpstream upstream(HostFace face) {
    lock.lock();
    try {
      ChildUpstream known = upstream;
      if (known == null) {
        known = new ChildUpstream(face, this, listener, clock);
        known.listen(wanted);
        upstream = known;
        Thread.ofVirtual().name("token-watch").start(this::watch);
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String program() {
    return program.name();
  }

  @Override
  public AccessToken token() {
    try {
      return account.tokens().token();
    } catch (ClientException e) {
      if (e.problem() == Problem.LOGIN_REQUIRED
          || e.problem() == Problem.REAUTHENTICATION_REQUIRED) {
        throw new LoginRequired(401, List.of());
      }
      String hint = e.hint() == null ? "try again" : e.hint();
      throw ChildFault.error(program.name(), "no token: " + e.description(), hint, false);
    }
  }

  @Override
  public String owner() {
    try {
      return account
          .status()
          .map(LoginStatus::identity)
          .map(identity -> identity.issuer() + ' ' + identity.subject())
          .orElse("");
    } catch (ClientException e) {
      LOG.debug("no status", e);
      return "";
    }
  }

  @Override
  public Met start(HostFace face, AccessToken token, Cancellation cancellation) {
    if (token.isBound() || token.type().equalsIgnoreCase(AccessToken.DPOP)) {
      throw ChildFault.bound(program.name());
    }
    warnOfLongLife(token);
    if (restarts.isResting(clock.instant())) {
      throw tooOften();
    }
    pause(restarts.pause(clock.instant()), cancellation);
    String owner = owner();
    Instant startedAt = clock.instant();
    Boolean before = statelessBefore;
    Handshake handshake = new Handshake(program.name(), () -> session(token), face);
    try {
      Handshake.Opened opened = handshake.open(before == null ? face.stateless() : before);
      tellChanges(opened);
      statelessBefore = opened.stateless();
      LOG.info("{} speaks {}", program.name(), opened.version());
      tokenEnd = token.expiresAt();
      asleep.cancel();
      return new Met(
          opened.session(),
          opened.stateless(),
          opened.version(),
          opened.description(),
          token,
          owner,
          startedAt);
    } catch (RpcError e) {
      lastFailure = e.message();
      restarts.ended(startedAt, clock.instant());
      throw e;
    }
  }

  private ChildSession session(AccessToken token) {
    ChildSession session = new ChildSession(listener);
    Map<String, String> variables = environment.with(token.value());
    try {
      ChildProcess process =
          ChildProcess.start(program.command(), variables, token.value(), err, session);
      LOG.info("started {} as process {}", program.name(), process.pid());
      session.with(process);
      return session;
    } catch (IOException e) {
      throw ChildFault.notStarted(program.name(), e.getMessage());
    }
  }

  /** A session's capabilities cannot be revised, but the person can be told. */
  private void tellChanges(Handshake.Opened opened) {
    ChildUpstream known = upstream;
    Met before = known == null ? null : known.last();
    if (before == null) {
      return;
    }
    if (before.stateless() != opened.stateless() || !before.version().equals(opened.version())) {
      LOG.warn(
          "{} speaks {} since its restart, and {} before",
          program.name(),
          opened.version(),
          before.version());
    }
    for (String member : List.of("capabilities", "serverInfo")) {
      if (!before.description().path(member).equals(opened.description().path(member))) {
        LOG.warn(
            "{} says something else of itself since its restart ({}); the host may have to be"
                + " restarted to see it",
            program.name(),
            member);
      }
    }
  }

  private RpcError tooOften() {
    return ChildFault.tooOften(
        program.name(),
        restarts.ends(),
        lastFailure,
        restarts.pause(clock.instant()).toSeconds() + 1);
  }

  private void warnOfLongLife(AccessToken token) {
    Instant expiry = token.expiresAt();
    boolean isLong = expiry == null || expiry.isAfter(clock.instant().plus(SHORT));
    if (isLong && warned.compareAndSet(false, true)) {
      LOG.warn(
          "the token for {} {}: whoever can read the environment of {} has it as long",
          account.server(),
          expiry == null ? "has no end that is known" : "lives until " + expiry,
          program.name());
    }
  }

  @Override
  public void ended(Met met) {
    ChildProcess process = met.session().process();
    lastFailure = ChildFault.end(process.obituary(), process.lastWords());
    LOG.warn("{}: {}", program.name(), lastFailure);
    restarts.ended(met.startedAt(), clock.instant());
  }

  /** Once for each token, and only where that cannot cost the login: it is a guess. */
  @Override
  public void refused(AccessToken token) {
    if (refused.getAndSet(token.value()).equals(token.value())) {
      return;
    }
    Thread.ofVirtual().start(() -> renewAfterRefusal(token));
  }

  private void renewAfterRefusal(AccessToken token) {
    try {
      if (account.status().map(LoginStatus::refreshable).orElse(false)) {
        LOG.info("{} seems to be refused with its token, which is renewed", program.name());
        AccessToken fresh = account.tokens().rejected(token);
        ChildUpstream known = upstream;
        if (known != null && !fresh.value().equals(token.value())) {
          known.renew();
        }
      }
    } catch (ClientException e) {
      LOG.warn("the token of {} could not be renewed: {}", program.name(), e.description());
    }
  }

  /** Looks ahead, so that a token is changed while nothing is in work, and a logout is noticed. */
  private void watch() {
    while (!end.isCancelled()) {
      sleepUntilNextLook();
      ChildUpstream known = upstream;
      if (known != null && !end.isCancelled()) {
        known.renew();
      }
    }
  }

  /** A process that was started has a token with another end. */
  private void sleepUntilNextLook() {
    Cancellation sleep = new Cancellation();
    try (var registration = end.onCancel(sleep::cancel)) {
      asleep = sleep;
      pause(untilNextLook(), sleep);
    }
  }

  private Duration untilNextLook() {
    Instant expiry = tokenEnd;
    if (expiry == null) {
      return SELDOM;
    }
    Duration tenth = Duration.between(clock.instant(), expiry).dividedBy(10);
    if (tenth.isNegative()) {
      return SELDOM; // From here on it is the requests that ask.
    }
    if (tenth.compareTo(OFTEN) < 0) {
      return OFTEN;
    }
    return tenth.compareTo(SELDOM) > 0 ? SELDOM : tenth;
  }

  private static void pause(Duration time, Cancellation cancellation) {
    if (time.isZero()) {
      return;
    }
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    try (var registration = cancellation.onCancel(() -> cancelled.complete(null))) {
      cancelled.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      LOG.trace("waited {}", time);
    }
  }
}

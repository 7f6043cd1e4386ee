package dev.latchstring.cli.run;

import dev.latchstring.client.AccessToken;
import dev.latchstring.mcpserver.front.ChangeFilter;
import dev.latchstring.mcpserver.front.EraTranslation;
import dev.latchstring.mcpserver.front.InputRounds;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program as the bridge sees it: one server, though its process is replaced by another whenever
 * the token must change, between requests.
 *
 * <p>A request enters, which may make it wait or start a process, and leaves. Where the other token
 * is only fresher, the process goes on until it has nothing in work; where the old one is no good
 * any more, new requests wait until the last one in work has left, at most {@link #QUEUE}, and one
 * that has not left by {@link #DRAIN} loses its process.
 */
@SuppressWarnings("ReferenceEquality") // a process is that one and no other like it
final class ChildUpstream implements Upstream {
  /** How long a request waits for those before it to end. */
  static final Duration QUEUE = Duration.ofSeconds(60);

  /** How long a request may hold up the change of a token that is no good any more. */
  static final Duration DRAIN = Duration.ofMinutes(5);

  /** What the connection knows and this one needs. */
  interface Source {
    /**
     * @throws LoginRequired where there is none
     * @throws RpcError where that cannot be found out
     */
    AccessToken token();

    /** Whose token that is; empty for a machine's own. */
    String owner();

    /**
     * Starts a process with the token, and greets it.
     *
     * @throws RpcError where that is not possible, or was too often not possible lately
     */
    Met start(HostFace face, AccessToken token, Cancellation cancellation);

    /** What it is called, for people. */
    String program();

    /** A process ended though nobody wanted it to. */
    void ended(Met met);

    /** The program says that the token is not accepted. */
    void refused(AccessToken token);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ChildUpstream.class);

  private final HostFace face;
  private final Source source;
  private final Listener listener;
  private final Clock clock;
  private final Replay replay;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Met running;
  private boolean replacing;
  private boolean renewWhenIdle;
  private boolean closed;
  private int inWork;
  private long drainingSince;
  private volatile @Nullable Met last;

  /** The one that said that its token is not enough. */
  private volatile @Nullable Met outgrown;

  ChildUpstream(HostFace face, Source source, Listener listener, Clock clock) {
    this.face = face;
    this.source = source;
    this.listener = listener;
    this.clock = clock;
    this.replay = new Replay(face);
  }

  /**
   * Sees to it that there is a login, and a process.
   *
   * @throws LoginRequired where there is no token
   * @throws RpcError where the program cannot be started
   */
  ChildUpstream open() {
    enter(new Cancellation());
    leave();
    return this;
  }

  /** The process that runs or ran last; null before the first. */
  @Nullable Met last() {
    return last;
  }

  @Override
  public boolean stateless() {
    Met met = last;
    return met != null && met.stateless();
  }

  @Override
  public String version() {
    Met met = last;
    return met == null ? "" : met.version();
  }

  @Override
  public ObjectNode description() {
    Met met = last;
    return met == null ? JsonRpc.object() : met.description();
  }

  @Override
  public ObjectNode request(Call call) {
    Met met = enter(call.cancellation());
    try {
      ObjectNode result =
          met.stateless() ? InputRounds.request(call, met.session()::request) : ask(met, call);
      replay.note(call, result);
      if (Refusal.isMeantBy(result)) {
        source.refused(met.token());
      }
      return result;
    } catch (RpcError error) {
      LoginRequired need = Refusal.login(error);
      if (need != null) {
        outgrown = met;
        throw need;
      }
      throw error;
    } finally {
      leave();
    }
  }

  private ObjectNode ask(Met met, Call call) {
    if (!call.face().stateless()) {
      return met.session().request(call);
    }
    replay.wantLog(met, call.face());
    return met.session().request(call.withParams(EraTranslation.sessionParams(call.params())));
  }

  @Override
  public void tell(String method, ObjectNode params) {
    Met met = last;
    if (met != null && !met.isOver() && !met.stateless()) {
      met.session().tell(method, params);
    }
  }

  @Override
  public void listen(ChangeFilter filter) {
    replay.listen(filter, last);
  }

  /** Ends the process, with whatever it has in work. */
  @Override
  public void close() {
    Met met;
    lock.lock();
    try {
      closed = true;
      met = running;
      running = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (met != null) {
      met.session().process().stop();
    }
  }

  /** Takes another token over if there is one, at once or as soon as nothing is in work. */
  void renew() {
    AccessToken token;
    try {
      token = source.token();
    } catch (LoginRequired e) {
      stopWhenIdle();
      return;
    } catch (RpcError e) {
      LOG.info("{}", e.message());
      return;
    }
    Met met;
    lock.lock();
    try {
      met = running;
      if (closed || replacing || met == null || met.isOver() || met.has(token)) {
        return;
      }
      if (inWork > 0) {
        renewWhenIdle = true;
        return;
      }
      replacing = true;
    } finally {
      lock.unlock();
    }
    try {
      replace(met, token, new Cancellation());
    } catch (RpcError e) {
      LOG.warn("{}", e.message());
    }
  }

  /** The login is over, and so is what its token was given to. */
  private void stopWhenIdle() {
    Met met;
    lock.lock();
    try {
      met = running;
      if (replacing || met == null) {
        return;
      }
      if (inWork > 0) {
        renewWhenIdle = true;
        return;
      }
      running = null;
    } finally {
      lock.unlock();
    }
    LOG.info("the login has ended, and the program is stopped");
    met.session().process().stop();
  }

  private enum Turn {
    ENTERED,
    REPLACES,
    WAITED,
    HELD_UP
  }

  /** Waits for its turn, and for a process that has the right token. */
  private Met enter(Cancellation cancellation) {
    long patience = System.nanoTime() + QUEUE.toNanos();
    while (true) {
      cancellation.check();
      AccessToken token = source.token();
      Met met = running();
      switch (turn(met, token, met != null && mayGoOn(met, token), patience)) {
        case ENTERED -> {
          if (met != null) {
            return met;
          }
        }
        case REPLACES -> replace(met, token, cancellation);
        case HELD_UP -> giveUp(met);
        case WAITED -> LOG.trace("waited");
      }
    }
  }

  private @Nullable Met running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayGoOn(Met met, AccessToken token) {
    return met.has(token)
        || (met != outgrown && met.mayGoOn(token, source.owner(), clock.instant()));
  }

  private Turn turn(@Nullable Met met, AccessToken token, boolean mayGoOn, long patience) {
    lock.lock();
    try {
      if (closed) {
        throw new RpcError(RpcError.UNAVAILABLE, "latch was stopped");
      }
      if (replacing || running != met) {
        return await();
      }
      if (met == null || met.isOver() || (inWork == 0 && !met.has(token))) {
        replacing = true;
        return Turn.REPLACES;
      }
      if (mayGoOn) {
        inWork++;
        renewWhenIdle |= !met.has(token);
        return Turn.ENTERED;
      }
      long now = System.nanoTime();
      drainingSince = drainingSince == 0 ? now : drainingSince;
      if (now - drainingSince > DRAIN.toNanos()) {
        return Turn.HELD_UP;
      }
      if (now > patience) {
        throw ChildFault.busy(source.program(), inWork);
      }
      return await();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock, and in a loop of the caller's. A cancellation is noticed within a second. */
  @SuppressWarnings("WaitNotInLoop")
  private Turn await() {
    try {
      boolean told = changed.await(1, TimeUnit.SECONDS);
      LOG.trace("something changed: {}", told);
      return Turn.WAITED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    }
  }

  private void giveUp(@Nullable Met met) {
    if (met != null) {
      LOG.warn("requests that do not end hold up the change of the token; the program is stopped");
      met.session().process().stop();
    }
  }

  /** Stops one process and starts the next; {@link #replacing} is set, and unset in any case. */
  private void replace(@Nullable Met before, AccessToken token, Cancellation cancellation) {
    Met fresh = null;
    boolean again = last != null;
    try {
      if (before != null) {
        if (before.isOver()) {
          source.ended(before);
        } else {
          LOG.info("the token has changed, and the program is started anew");
        }
        before.session().process().stop();
      }
      fresh = source.start(face, token, cancellation);
      replay.restore(fresh);
    } finally {
      boolean unwanted;
      lock.lock();
      try {
        unwanted = closed;
        running = unwanted ? null : fresh;
        last = fresh == null ? last : fresh;
        replacing = false;
        drainingSince = 0;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (unwanted && fresh != null) {
        fresh.session().process().stop();
      }
    }
    if (again) {
      Met met = fresh;
      Thread.ofVirtual().start(() -> replay.compare(met, listener));
    }
  }

  private void leave() {
    boolean due;
    lock.lock();
    try {
      inWork--;
      due = inWork == 0 && renewWhenIdle && !closed;
      if (inWork == 0) {
        renewWhenIdle = false;
        drainingSince = 0;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (due) {
      Thread.ofVirtual().start(this::renew);
    }
  }
}

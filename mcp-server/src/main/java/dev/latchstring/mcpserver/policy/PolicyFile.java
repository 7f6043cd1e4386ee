package dev.latchstring.mcpserver.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.mcpserver.tools.Rules;
import dev.latchstring.mcpserver.tools.RulesSource;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of rules, which may be changed while the server runs.
 *
 * <p>Whoever asks for the rules makes sure, at most every {@value #LOOK_MILLIS} ms, that the file
 * is still the one that was read. A new one counts when nobody has written to it for as long, so
 * that half a file is not read; it is read and checked as a whole before it replaces anything. One
 * that cannot be used, or is gone, changes nothing: the rules in force stay, and an error is logged
 * at once and every {@value #REMIND_MINUTES} minutes. There is no moment without rules.
 *
 * <p>Safe for use by many threads at once.
 */
public final class PolicyFile implements RulesSource {
  /** The largest file, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  /** How often the file is looked at, at most. */
  public static final int LOOK_MILLIS = 1000;

  /** How often it is repeated that a file cannot be used. */
  public static final int REMIND_MINUTES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  private final Path file;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();
  private final List<Consumer<Rules>> conditions = new CopyOnWriteArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Rules rules;
  private volatile long lastLook;
  private volatile @Nullable String problem;
  private Stamp judged;
  private @Nullable Stamp pending;
  private long remindedAt;

  /** By what a changed file is known. */
  private record Stamp(long modifiedAt, long size, String key) {
    private static final Stamp GONE = new Stamp(0, -1, "");

    static Stamp of(Path file) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
            found.lastModifiedTime().toMillis(), found.size(), String.valueOf(found.fileKey()));
      } catch (IOException e) {
        return GONE;
      }
    }
  }

  private PolicyFile(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    this.judged = Stamp.of(file);
    this.rules = read();
    this.lastLook = clock.millis();
  }

  /**
   * Reads a file of rules.
   *
   * @throws PolicyException where it is not there, or cannot be used
   */
  public static PolicyFile open(Path file) {
    return open(file, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static PolicyFile open(Path file, Clock clock) {
    return new PolicyFile(file.toAbsolutePath(), clock);
  }

  @Override
  public Rules current() {
    long now = clock.millis();
    // Either way: a clock that was set back must not stop the looking.
    if (Math.abs(now - lastLook) >= LOOK_MILLIS && looking.tryLock()) {
      try {
        lastLook = now;
        look(now);
      } finally {
        looking.unlock();
      }
    }
    return rules;
  }

  @Override
  public void accepting(Consumer<Rules> condition) {
    looking.lock();
    try {
      condition.accept(rules);
      conditions.add(condition);
    } finally {
      looking.unlock();
    }
  }

  /** What is to be run after new rules came into force, such as telling clients to list again. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Why the file as it is now is not in force; empty where it is. For a health check. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void look(long now) {
    Stamp found = Stamp.of(file);
    if (found.equals(judged)) {
      pending = null;
      remind(now);
      return;
    }
    // Some programs save by removing the old file first: what is gone is looked for twice.
    boolean old = !found.equals(Stamp.GONE) && Math.abs(now - found.modifiedAt()) >= LOOK_MILLIS;
    boolean atRest = old || found.equals(pending);
    pending = found;
    if (!atRest) {
      return;
    }
    Rules fresh;
    try {
      fresh = read();
      for (Consumer<Rules> condition : conditions) {
        condition.accept(fresh);
      }
    } catch (PolicyException | IllegalArgumentException e) {
      if (found.equals(Stamp.of(file))) {
        reject(found, String.valueOf(e.getMessage()), now);
      }
      return;
    }
    if (found.equals(Stamp.of(file))) {
      accept(found, fresh);
    }
  }

  private void reject(Stamp found, String why, long now) {
    judged = found;
    pending = null;
    problem = why;
    remindedAt = now;
    LOG.error("the policy file is NOT in force, the rules before it are: {}", why);
  }

  private void accept(Stamp found, Rules fresh) {
    judged = found;
    pending = null;
    problem = null;
    rules = fresh;
    LOG.info("new rules from {} are in force", file);
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.error("somebody could not be told of new rules", e);
      }
    }
  }

  private void remind(long now) {
    if (problem != null && Math.abs(now - remindedAt) >= REMIND_MINUTES * 60_000L) {
      remindedAt = now;
      LOG.error("the policy file is still NOT in force, the rules before it are: {}", problem);
    }
  }

  private Rules read() {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new PolicyException(file + ": larger than " + MAX_BYTES + " bytes");
      }
      return PolicyReader.read(name, Files.readString(file, UTF_8));
    } catch (NoSuchFileException e) {
      throw new PolicyException(file + ": no such file; check the path");
    } catch (AccessDeniedException e) {
      throw new PolicyException(file + ": not readable by this user; check its permissions");
    } catch (CharacterCodingException e) {
      throw new PolicyException(file + ": not UTF-8 text");
    } catch (IOException e) {
      throw new PolicyException(file + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  @Override
  public String toString() {
    return "PolicyFile[" + file + "]";
  }
}

package dev.latchstring.mcpserver.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.browser.ReturnAddress;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One login in a browser at a time, however many processes a host has started for one server: who
 * has the lock leads, and notes what it shows in a file beside it; the others show the same. The
 * system releases the lock of a process that dies, and another leads then.
 *
 * <p>The note holds an address that is good for this login alone, and is readable by its owner
 * alone. Where neither can be written, every process leads for itself.
 */
public final class LoginLead {
  private static final int MAX_NOTE = 64 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(LoginLead.class);

  private final Path note;
  private final Path lock;
  private final boolean alone;

  public LoginLead(Path note) {
    this(note, false);
  }

  private LoginLead(Path note, boolean alone) {
    this.note = note;
    this.lock = note.resolveSibling(note.getFileName() + ".lock");
    this.alone = alone;
  }

  /** For logins that no other process could use: each is led where it is begun. */
  public static LoginLead alone() {
    return new LoginLead(Path.of("login"), true);
  }

  /**
   * What the one that leads has noted.
   *
   * @param flow its identity
   * @param page null where it has ended
   * @param end how it ended; null while it goes on
   */
  record Note(String flow, @Nullable LoginPage page, @Nullable String end) {}

  /** The lead, until it is closed. */
  final class Held implements AutoCloseable {
    private final String flow;
    private final @Nullable FileChannel channel;

    private Held(String flow, @Nullable FileChannel channel) {
      this.flow = flow;
      this.channel = channel;
    }

    /** What the one before has noted last. */
    @Nullable Note before() {
      return read();
    }

    /** Forgets what the one before has noted: nobody may show it any more. */
    void begin() {
      if (alone) {
        return;
      }
      try {
        Files.deleteIfExists(note);
      } catch (IOException e) {
        LOG.debug("what was noted before stays", e);
      }
    }

    /** Lets the others show the same. */
    void shows(LoginPage page) {
      ObjectNode json = JsonRpc.object().put("flow", flow).put("page", page.page().toString());
      json.put("comes_back_to", String.valueOf(page.comesBackTo()));
      json.put("expires_at", page.expiresAt().toEpochMilli());
      json.put("server", page.server().toString());
      json.put("issuer", page.issuer()).put("client_name", page.clientName());
      json.put("scope", page.scope().toString());
      write(json);
    }

    /** Tells the others that it came to nothing, by somebody's decision. */
    void ended(String how) {
      write(JsonRpc.object().put("flow", flow).put("end", how));
    }

    @Override
    public void close() {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.debug("the lock was not released", e);
        }
      }
    }
  }

  /**
   * Takes the lead.
   *
   * @param flow the identity of what is led
   * @return null where another has it
   */
  @Nullable Held take(String flow) {
    if (alone) {
      return new Held(flow, null);
    }
    FileChannel channel = null;
    try {
      Files.createDirectories(lock.getParent());
      channel =
          FileChannel.open(
              lock,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              ownerOnly());
      FileLock taken = channel.tryLock();
      if (taken != null) {
        return new Held(flow, channel);
      }
    } catch (OverlappingFileLockException e) {
      LOG.trace("another login of this process leads");
    } catch (IOException e) {
      LOG.info("logins cannot be led: {}", e.toString());
      return new Held(flow, null);
    }
    closed(channel);
    return null;
  }

  private static void closed(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("a lock's file was not closed", e);
    }
  }

  /** What is noted now; null where there is nothing, or nothing that can be used. */
  @Nullable Note read() {
    try {
      if (alone
          || !Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
          || Files.size(note) > MAX_NOTE) {
        return null;
      }
      JsonNode json = JsonRpc.parse(Files.readAllBytes(note));
      String flow = json == null ? null : JsonRpc.textAt(json, "flow");
      if (json == null || flow == null) {
        return null;
      }
      String end = JsonRpc.textAt(json, "end");
      return new Note(flow, end == null ? page(json) : null, end);
    } catch (IOException | IllegalArgumentException | OAuthException | ClientException e) {
      return null;
    }
  }

  private static @Nullable LoginPage page(JsonNode json) {
    URI page = URI.create(json.path("page").asString(""));
    if (!HttpsUri.isHttpsOrLoopback(page)) {
      return null;
    }
    String comesBackTo = json.path("comes_back_to").asString("");
    ReturnAddress.parse(comesBackTo); // what a person copies is handed to this machine alone
    return new LoginPage(
        page,
        page,
        null,
        false,
        URI.create(comesBackTo),
        Instant.ofEpochMilli(json.path("expires_at").asLong(0)),
        Duration.ofSeconds(5),
        URI.create(json.path("server").asString("")),
        json.path("issuer").asString(""),
        json.path("client_name").asString(""),
        Scope.parse(json.path("scope").asString("")),
        false);
  }

  private void write(ObjectNode json) {
    if (alone) {
      return;
    }
    try {
      Path fresh = Files.createTempFile(note.getParent(), "login", ".new", ownerOnly());
      try {
        Files.write(fresh, JsonRpc.bytes(json));
        Files.move(
            fresh, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      LOG.info("the login is not shown by others: {}", e.toString());
    }
  }

  private FileAttribute<?>[] ownerOnly() {
    boolean posix = note.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}

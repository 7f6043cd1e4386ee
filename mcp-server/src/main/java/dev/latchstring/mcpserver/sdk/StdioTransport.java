package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.front.Backing;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.kit.NoLogin;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * MCP, "stdio". A transport for servers of the official SDK that serves hosts with a session
 * (2024-11-05 to 2025-11-25) and hosts without (2026-07-28) alike: a server written once works with
 * both. A malformed line gets an error, and does not end the server.
 *
 * <p>It reads on a thread of its own from the moment the server is built, and the process ends with
 * its input.
 */
public final class StdioTransport implements McpServerTransportProvider {
  /** Makes what the front stands before, around the server. */
  interface Stand {
    Backing around(SdkServer.Opening server);
  }

  private final Stand stand;
  private final InputStream in;
  private final OutputStream out;
  private final McpJsonMapper json = McpJsonDefaults.getMapper();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable SdkServer server;
  private volatile @Nullable StdioFront front;

  /**
   * For a server whose tools need no login.
   *
   * @param out belongs to the protocol from now on
   */
  public StdioTransport(InputStream in, OutputStream out) {
    this(server -> new NoLogin(server::open), in, out);
  }

  StdioTransport(Stand stand, InputStream in, OutputStream out) {
    this.stand = stand;
    this.in = in;
    this.out = out;
  }

  @Override
  public void setSessionFactory(McpServerSession.Factory factory) {
    Backing backing =
        stand.around((gate, listener) -> {
          SdkServer made = new SdkServer(factory, json, gate, listener);
          server = made;
          return made;
        });
    StdioFront made =
        new StdioFront(
            backing,
            new LineReader(in, JsonRpc.MAX_MESSAGE),
            new BufferedOutputStream(out, 1 << 16),
            new SecureRandom(),
            Clock.systemUTC());
    front = made;
    Thread.ofPlatform().name("stdio").start(() -> serve(made));
  }

  private void serve(StdioFront made) {
    try {
      made.run();
    } finally {
      over.countDown();
    }
  }

  /** Waits until the host has hung up and everything is answered. */
  public void awaitEnd() throws InterruptedException {
    over.await();
  }

  @Override
  public Mono<Void> notifyClients(String method, Object params) {
    return Mono.fromRunnable(() -> announce(method, params));
  }

  @Override
  public Mono<Void> notifyClient(String sessionId, String method, Object params) {
    return notifyClients(method, params);
  }

  private void announce(String method, @Nullable Object params) {
    SdkServer made = server;
    if (made != null) {
      made.announce(method, params);
    }
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(() -> {
      StdioFront made = front;
      if (made != null) {
        made.close();
      }
    });
  }
}

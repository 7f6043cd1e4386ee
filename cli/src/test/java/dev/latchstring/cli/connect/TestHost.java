package dev.latchstring.cli.connect;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.testing.StdioHost;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** An MCP host at the other end of a bridge in this process. */
public final class TestHost extends StdioHost {
  /** Makes the bridge between two streams. */
  public interface BridgeSource {
    StdioFront between(LineReader in, OutputStream out);
  }

  private final LatchClient client;

  private TestHost(LatchClient client, BridgeSource source) throws IOException {
    super((in, out) -> source.between(new LineReader(in, JsonRpc.MAX_MESSAGE), out).run());
    this.client = client;
  }

  /** At the end of a bridge that is closed before the client. */
  public static TestHost at(LatchClient client, BridgeSource source) throws IOException {
    return new TestHost(client, source);
  }

  static TestHost of(URI server, Path cache) throws IOException {
    return sending(Map.of(), server, cache);
  }

  /** A bridge whose requests all have these headers. */
  static TestHost sending(Map<String, String> headers, URI server, Path cache) throws IOException {
    return of(
        new Destination(server, headers, Network.ofThisProcess()),
        LoginWish.NONE,
        LatchClient.using(new MemoryTokenStore()).clientName("the bridge").build(),
        cache,
        Clock.systemUTC());
  }

  /** A bridge on a machine with these settings of its network. */
  static TestHost behind(Network network, URI server, Path cache) throws IOException {
    return of(
        new Destination(server, Map.of(), network),
        LoginWish.NONE,
        LatchClient.using(new MemoryTokenStore()).clientName("the bridge").build(),
        cache,
        Clock.systemUTC());
  }

  /** A bridge on a machine with this clock. */
  static TestHost at(Clock clock, URI server, Path cache) throws IOException {
    return of(
        new Destination(server, Map.of(), Network.ofThisProcess()),
        LoginWish.NONE,
        LatchClient.using(new MemoryTokenStore()).clientName("the bridge").build(),
        cache,
        clock);
  }

  static TestHost of(URI server, LatchClient client, Path cache) throws IOException {
    return wishing(LoginWish.NONE, server, client, cache);
  }

  static TestHost wishing(LoginWish wish, URI server, LatchClient client, Path cache)
      throws IOException {
    return of(
        new Destination(server, Map.of(), Network.ofThisProcess()),
        wish,
        client,
        cache,
        Clock.systemUTC());
  }

  private static TestHost of(
      Destination destination, LoginWish wish, LatchClient client, Path cache, Clock clock)
      throws IOException {
    LastKnown lastKnown = new LastKnown(cache, destination.server().toString());
    return at(
        client,
        (in, out) ->
            new StdioFront(
                ConnectCommand.backing(
                    destination,
                    client.account(destination.server()),
                    wish,
                    lastKnown,
                    new SecureRandom(),
                    clock),
                in,
                out,
                new SecureRandom(),
                clock));
  }

  @Override
  public TestHost initialize(String version, String capabilities) throws Exception {
    super.initialize(version, capabilities);
    return this;
  }

  public TestHost session(String capabilities) throws Exception {
    return initialize(Protocol.NEWEST_SESSION, capabilities);
  }

  @Override
  public void close() throws IOException {
    super.close();
    client.close();
  }
}

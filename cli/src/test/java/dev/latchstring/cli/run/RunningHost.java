package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.connect.TestHost;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.front.Bridged;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** An MCP host with a bridge to a program, which is a real process. */
final class RunningHost implements AutoCloseable {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path diary;
  private final TestHost host;

  private RunningHost(
      Account account,
      LatchClient client,
      Path folder,
      List<String> command,
      Map<String, String> more,
      LoginWish wish)
      throws IOException {
    diary = folder.resolve("diary");
    Map<String, String> variables = new TreeMap<>(System.getenv());
    variables.putAll(more);
    ChildEnvironment environment =
        new ChildEnvironment(
            variables,
            ChildEnvironment.Policy.CLEANED,
            Set.of(),
            List.of(TokenVariable.of("TEST_TOKEN")));
    PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
    Clock clock = Clock.systemUTC();
    host =
        TestHost.at(
            client,
            (in, out) ->
                new StdioFront(
                    new Bridged(
                        (mirror, listener, own) ->
                            new ChildConnection(
                                new Program(command), environment, own, listener, print, clock),
                        account,
                        wish,
                        new LastKnown(folder.resolve("cache"), "run"),
                        new SecureRandom(),
                        clock),
                    in,
                    out,
                    new SecureRandom(),
                    clock));
  }

  /** A host of the test program, which behaves in these ways. */
  static RunningHost of(Account account, Path folder, String... ways) throws IOException {
    return of(account, Map.of(), folder, ways);
  }

  static RunningHost of(Account account, Map<String, String> variables, Path folder, String... ways)
      throws IOException {
    return new RunningHost(
        account,
        LatchClient.using(new MemoryTokenStore()).build(),
        folder,
        TestProgram.command(folder.resolve("diary"), ways),
        variables,
        LoginWish.NONE);
  }

  /** The account's client is closed with the host. */
  static RunningHost of(Account account, LatchClient client, Path folder, String... ways)
      throws IOException {
    return wishing(LoginWish.NONE, account, client, folder, ways);
  }

  /** With a wish of how to log in. */
  static RunningHost wishing(
      LoginWish wish, Account account, LatchClient client, Path folder, String... ways)
      throws IOException {
    return new RunningHost(
        account,
        client,
        folder,
        TestProgram.command(folder.resolve("diary"), ways),
        Map.of(),
        wish);
  }

  static RunningHost ofCommand(Account account, Path folder, List<String> command)
      throws IOException {
    return new RunningHost(
        account,
        LatchClient.using(new MemoryTokenStore()).build(),
        folder,
        command,
        Map.of(),
        LoginWish.NONE);
  }

  TestHost host() {
    return host;
  }

  RunningHost session() throws Exception {
    host.session("{\"elicitation\":{\"url\":{},\"form\":{}},\"roots\":{}}");
    return this;
  }

  int send(String tool, String arguments) throws IOException {
    return host.send("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
  }

  JsonNode call(String tool, String arguments) throws Exception {
    return host.response(send(tool, arguments));
  }

  /** What the tool answers with. */
  String text(String tool) throws Exception {
    JsonNode response = call(tool, "{}");
    assertThat(response.has("error")).describedAs("%s", response).isFalse();
    return TestHost.textOf(response);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  List<String> diary() throws IOException {
    return TestProgram.diary(diary);
  }

  List<String> diary(String beginning) throws IOException {
    return diary().stream().filter(line -> line.startsWith(beginning)).toList();
  }

  void awaitDiary(String line) throws Exception {
    Await.until("the line " + line + " in " + diary(), () -> diary().contains(line));
  }

  @Override
  public void close() throws Exception {
    host.close();
  }
}

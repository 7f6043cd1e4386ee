package dev.latchstring.cli.demo;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.Version;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/**
 * The story: an MCP client that may do nothing, the login, what it may do then, what it still may
 * not, more rights for one call, the end; then a telephone call.
 *
 * <p>Every step that does not go as the house promises ends the demo with a failure that names it.
 */
final class Demo {
  private final Environment environment;
  private final DemoServers servers;
  private final Story story;
  private final DemoLogin login;
  private final DemoPeople people;
  private final DemoPhone phone;
  private final boolean interactive;
  private final long start = System.nanoTime();

  Demo(
      Environment environment,
      Output output,
      DemoServers servers,
      DemoPeople people,
      DemoPhone phone,
      boolean interactive,
      boolean withQrCode) {
    this.environment = environment;
    this.servers = servers;
    this.story = new Story(output);
    this.people = people;
    this.phone = phone;
    this.login = new DemoLogin(environment, output, story, people, interactive, withQrCode);
    this.interactive = interactive;
  }

  void run() {
    story.title("Latchstring: an MCP session that logs in without a browser");
    story.line("lines with > were asked, lines with < were answered");
    startServers();
    try (LatchClient client =
            LatchClient.using(new MemoryTokenStore())
                .clock(environment.clock())
                .clientName("latch demo")
                .build();
        McpConversation mcp = new McpConversation(servers.mcp(), Version.number())) {
      Account account = client.account(servers.mcp());
      refuseWithoutToken(mcp);
      discover(account);
      AccessToken token = login.run(account, LoginOptions.DEFAULT.asBearer());
      open(mcp, token);
      list(mcp);
      find(mcp);
      McpConversation.Answer missing = bookInVain(mcp);
      refuseByTeam(mcp);
      story.line("");
      story.line("Booking wants one more scope, so the same person is asked once more:");
      AccessToken wider =
          login.run(
              account, LoginOptions.DEFAULT.withChallenges(missing.parsedChallenges()).asBearer());
      open(mcp, wider);
      book(mcp);
      logOut(account);
      story.line("");
      story.line("Second act. Somebody calls whom no code on a screen would help:");
      new DemoCall(story, servers, phone, environment.clock()).run();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.UNEXPECTED, "the demo failed: " + e.getMessage(), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitStatus.INTERRUPTED, "the demo was interrupted", null, e);
    }
  }

  /** Said once the servers are gone. */
  void end() {
    story.line("");
    story.title(
        "Done in "
            + Durations.took(since(start))
            + ". Both servers are stopped, their files deleted.");
    if (!interactive) {
      story.line("The person was played. To be it yourself, add --interactive.");
    }
    story.line("To use the servers from an MCP host of yours, add --keep.");
  }

  private void startServers() {
    long began = System.nanoTime();
    servers.startIssuer(people, phone);
    story.tell(
        Story.step("An authorization server starts", since(began))
            .note("issuer    " + servers.issuer())
            .note("database  SQLite, " + servers.directory())
            .note("people    alice, frank, and bruno, a patient; signing keys made just now"));
    began = System.nanoTime();
    servers.startClinic();
    story.tell(
        Story.step("An MCP server starts: a clinic's front desk", since(began))
            .note("endpoint  " + servers.mcp())
            .note("tools     find_appointments  needs clinic:read")
            .note("          book_appointment   needs clinic:write")
            .note("          read_record        needs clinic:read and the team front-desk")
            .note("          and three with which patients ask about themselves"));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private void refuseWithoutToken(McpConversation mcp) throws IOException, InterruptedException {
    McpConversation.Answer answer = mcp.initialize();
    expect(answer, 401);
    Story.Step step =
        Story.step("An MCP client says hello, without a token", answer.took())
            .asked("POST " + servers.mcp() + "  " + answer.request())
            .answered("401 Unauthorized");
    answer.challenges().forEach(challenge -> step.answered("WWW-Authenticate: " + challenge));
    story.tell(step);
  }

  private void discover(Account account) {
    long began = System.nanoTime();
    DiscoveryResult result = account.discover();
    Duration took = since(began);
    if (!(result instanceof Discovered found)) {
      throw new CommandFailure(ExitStatus.UNEXPECTED, "the MCP server wants no login", null);
    }
    story.tell(
        Story.step("It finds out where to log in (RFC 9728, RFC 8414)", took)
            .asked("GET the resource metadata that the challenge names")
            .answered("resource " + found.resource() + ", authorization server " + found.issuer())
            .asked("GET " + found.issuer() + "/.well-known/oauth-authorization-server")
            .answered(
                "device login at " + found.authorizationServer().deviceAuthorizationEndpoint())
            .note("scopes to ask for: " + found.scope()));
  }

  private void open(McpConversation mcp, AccessToken token)
      throws IOException, InterruptedException {
    mcp.use(token.authorization());
    McpConversation.Answer answer = mcp.initialize();
    expect(answer, 200);
    JsonNode result = answer.result();
    story.tell(
        Story.step("The MCP client says hello again, with the token", answer.took())
            .asked("POST " + servers.mcp() + "  initialize, Authorization: Bearer ...")
            .answered(
                "200, protocol "
                    + result.path("protocolVersion").asString("")
                    + ", server "
                    + result.path("serverInfo").path("name").asString("")));
  }

  private void list(McpConversation mcp) throws IOException, InterruptedException {
    McpConversation.Answer answer = mcp.listTools();
    expect(answer, 200);
    List<String> names = new ArrayList<>();
    answer.result().path("tools").forEach(tool -> names.add(tool.path("name").asString("")));
    story.tell(
        Story.step("Which tools are there for this person?", answer.took())
            .asked("tools/list")
            .answered(String.join(", ", names))
            .note("read_record is not shown: alice is not in the team front-desk"));
  }

  private void find(McpConversation mcp) throws IOException, InterruptedException {
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    arguments.put("patient", "Moreau");
    McpConversation.Answer answer = call(mcp, "find_appointments", arguments);
    story.tell(
        Story.step("A tool call that is allowed", answer.took())
            .asked("tools/call find_appointments " + Json.write(arguments))
            .answered(content(answer)));
  }

  private McpConversation.Answer bookInVain(McpConversation mcp)
      throws IOException, InterruptedException {
    McpConversation.Answer answer = mcp.call("book_appointment", booking());
    expect(answer, 403);
    Story.Step step =
        Story.step("A tool call that needs a scope which was not granted", answer.took())
            .asked("tools/call book_appointment " + Json.write(booking()))
            .answered("403 Forbidden");
    answer.challenges().forEach(challenge -> step.answered("WWW-Authenticate: " + challenge));
    story.tell(step);
    return answer;
  }

  private void refuseByTeam(McpConversation mcp) throws IOException, InterruptedException {
    McpConversation.Answer answer = mcp.call("read_record", Map.of("patient_id", "P-1001"));
    expect(answer, 403);
    boolean loops =
        answer.parsedChallenges().stream()
            .anyMatch(challenge -> "insufficient_scope".equals(challenge.error()));
    if (loops) {
      throw new CommandFailure(
          ExitStatus.UNEXPECTED, "a refusal by team asks for another login", null);
    }
    story.tell(
        Story.step("A tool call that no login would allow: another team's", answer.took())
            .asked("tools/call read_record {\"patient_id\":\"P-1001\"}")
            .answered("403 Forbidden, and no scope to ask for: clients do not loop"));
  }

  private void book(McpConversation mcp) throws IOException, InterruptedException {
    McpConversation.Answer answer = call(mcp, "book_appointment", booking());
    story.tell(
        Story.step("The same call again", answer.took())
            .asked("tools/call book_appointment " + Json.write(booking()))
            .answered(content(answer)));
  }

  private void logOut(Account account) {
    long began = System.nanoTime();
    LogoutResult result = account.logout();
    Duration took = since(began);
    if (result.revocation() != LogoutResult.Revocation.REVOKED) {
      throw new CommandFailure(
          ExitStatus.UNEXPECTED, "the tokens were not revoked: " + result.revocation(), null);
    }
    story.tell(
        Story.step("Logging out (RFC 7009)", took)
            .asked("POST the tokens to the revocation endpoint")
            .answered("revoked, and forgotten here"));
  }

  private static McpConversation.Answer call(
      McpConversation mcp, String tool, Map<String, ?> arguments)
      throws IOException, InterruptedException {
    McpConversation.Answer answer = mcp.call(tool, arguments);
    expect(answer, 200);
    if (answer.result().path("isError").asBoolean(false)) {
      throw new IOException(tool + " failed: " + content(answer));
    }
    return answer;
  }

  private static String content(McpConversation.Answer answer) throws IOException {
    JsonNode result = answer.result();
    JsonNode structured = result.path("structuredContent");
    return structured.isObject()
        ? structured.toString()
        : result.path("content").path(0).path("text").asString("");
  }

  /** A working day at least two days ahead, so that the clinic is open and the time is free. */
  private Map<String, String> booking() {
    LocalDate day = LocalDate.ofInstant(environment.clock().instant(), environment.zone());
    day = day.plusDays(2);
    while (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY) {
      day = day.plusDays(1);
    }
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    arguments.put("patient_id", "P-1001");
    arguments.put("date", day.toString());
    arguments.put("time", "14:20");
    arguments.put("practitioner", "Dr. Haddad");
    arguments.put("reason", "Ankle: last look");
    return arguments;
  }

  private static void expect(McpConversation.Answer answer, int status) {
    if (answer.status() != status) {
      throw new CommandFailure(
          ExitStatus.UNEXPECTED,
          "the MCP server answered " + answer.status() + " where " + status + " was expected",
          null);
    }
  }
}

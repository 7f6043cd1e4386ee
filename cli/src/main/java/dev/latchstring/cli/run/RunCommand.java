package dev.latchstring.cli.run;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.cli.connect.LazyAccount;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.browser.MachineSurroundings;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.mcpserver.front.Bridged;
import dev.latchstring.mcpserver.front.FirstAnswer;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * {@code latch run}. Answers the host's opening request before it loads anything else, and then
 * becomes the bridge to a program of this machine.
 *
 * <p>Exit status: 0 when the host has closed its end, 2 for a command line that cannot be used, 127
 * and 126 where there is no such program or it cannot be executed, as a shell has it.
 */
public final class RunCommand {
  /** What {@code latch run --help} prints. */
  public static final String USAGE = RunOptions.USAGE;

  private RunCommand() {}

  /** The whole process; does not return. */
  public static void main(String[] arguments) {
    FileOutputStream own = new FileOutputStream(FileDescriptor.out);
    InputStream in = new FileInputStream(FileDescriptor.in);
    System.setOut(System.err); // standard output belongs to the protocol
    System.exit(run(arguments, in, own, System.err));
  }

  static int run(String[] arguments, InputStream in, OutputStream out, PrintStream err) {
    String other = RunOptions.other(arguments);
    if (other != null) {
      return other.equals("--list") ? list(arguments, out) : usage(err);
    }
    RunOptions options;
    try {
      options = RunOptions.parse(arguments);
    } catch (RunOptions.UsageException e) {
      err.println("error: latch run: " + e.getMessage());
      err.println("hint: " + e.hint());
      return 2;
    }
    Map<String, String> variables = System.getenv();
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    Program.Missing missing = options.program().missing(variables, windows);
    if (missing != null) {
      err.println("error: latch run: " + missing.message());
      err.println("hint: " + missing.hint());
      return missing.status();
    }
    chooseLogging(options.logLevel());
    if (options.plain()) {
      return new PlainRun(options, Environment.ofThisProcess(), err).run();
    }
    try {
      serve(options, variables, new LineReader(in, JsonRpc.MAX_MESSAGE), out, err);
    } catch (IOException e) {
      err.println("latch run: the host's streams broke: " + e.getMessage());
    }
    return 0;
  }

  private static int usage(PrintStream err) {
    err.print(RunOptions.USAGE);
    return 0;
  }

  private static int list(String[] arguments, OutputStream out) {
    PrintStream print = new PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8);
    ProgramList.print(KnownProgram.all(), Arrays.asList(arguments).contains("--json"), print);
    return 0;
  }

  private static void chooseLogging(String level) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  private static void serve(
      RunOptions options,
      Map<String, String> variables,
      LineReader lines,
      OutputStream given,
      PrintStream err)
      throws IOException {
    OutputStream out = new BufferedOutputStream(given, 1 << 16);
    LastKnown lastKnown =
        new LastKnown(UserDirectories.ofThisUser().cache().resolve("run"), key(options));
    LineReader.Line opening = lines.next();
    if (opening == null) {
      return;
    }
    byte[] answer = opening.truncated() ? null : FirstAnswer.to(opening.bytes(), lastKnown);
    if (answer != null) {
      out.write(answer);
      out.write('\n');
      out.flush();
    }
    StdioFront bridge = bridge(options, variables, lines, out, lastKnown, err);
    Runtime.getRuntime().addShutdownHook(new Thread(bridge::close, "stop"));
    if (answer != null) {
      bridge.opened(opening.bytes());
    } else if (!opening.isBlank()) {
      bridge.receive(opening);
    }
    bridge.run();
  }

  private static StdioFront bridge(
      RunOptions options,
      Map<String, String> variables,
      LineReader lines,
      OutputStream out,
      LastKnown lastKnown,
      PrintStream err) {
    ChildEnvironment environment =
        new ChildEnvironment(variables, options.policy(), options.passed(), options.variables());
    LoggerFactory.getLogger(RunCommand.class)
        .info(
            "variables that {} does not see: {}", options.program().name(), environment.removed());
    Account account = new LazyAccount(options.server(), () -> account(options));
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    Bridged backing =
        new Bridged(
            (mirror, listener, own) ->
                new ChildConnection(options.program(), environment, own, listener, err, clock),
            account,
            wish(options),
            lastKnown,
            random,
            clock);
    return new StdioFront(backing, lines, out, random, clock);
  }

  /** The scope is the account's matter, which also starts logins without a host. */
  private static LoginWish wish(RunOptions options) {
    return new LoginWish(
        null,
        options.flow(),
        () ->
            MachineSurroundings.detect(System.getenv(), System.getProperty("os.name", ""), false));
  }

  static Account account(RunOptions options) {
    LatchClient client =
        Clients.handingTokensOn(Environment.ofThisProcess(), network(options), options.pinned());
    boolean isKnown = client.pinned(options.server(), null).value(Setting.ISSUER) != null;
    return new RunAccount(
        client.account(options.server(), options.account()), options.scope(), isKnown);
  }

  private static Network network(RunOptions options) {
    Network network = Network.ofThisProcess();
    String caFile = options.caFile();
    String proxy = options.proxy();
    network = caFile == null ? network : network.withCaFile(caFile);
    return proxy == null ? network : network.withProxy(proxy);
  }

  /** What the last known answer is kept under: not the command itself, which may hold a secret. */
  private static String key(RunOptions options) {
    List<String> command = options.program().command();
    long first = hash(0xcbf29ce484222325L, command);
    long second = hash(0x84222325cbf29ce4L, command);
    return "run "
        + options.server()
        + ' '
        + Integer.toHexString(options.account().hashCode())
        + ' '
        + Long.toHexString(first)
        + Long.toHexString(second);
  }

  /** FNV-1a: a digest would load the security providers before the first answer. */
  private static long hash(long start, List<String> command) {
    long hash = start;
    for (String part : command) {
      for (int i = 0; i < part.length(); i++) {
        hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
      }
      hash = (hash ^ 0x10000) * 0x100000001b3L;
    }
    return hash;
  }
}

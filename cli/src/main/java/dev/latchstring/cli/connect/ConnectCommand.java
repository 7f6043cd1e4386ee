package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.client.Account;
import dev.latchstring.client.browser.MachineSurroundings;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.mcpserver.front.Bridged;
import dev.latchstring.mcpserver.front.FirstAnswer;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.oauth.Scope;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.slf4j.LoggerFactory;

/**
 * {@code latch connect URL}. Answers the host's opening request before it loads anything else, and
 * then becomes the bridge.
 *
 * <p>Exit status: 0 when the host has closed its end, 2 for a command line that cannot be used, 7
 * for a log file that cannot be written.
 */
public final class ConnectCommand {
  /** How it is used, for help that knows all commands. */
  public static final String USAGE = ConnectOptions.USAGE;

  private static final byte[] EMPTY = {'{', '}'};

  private ConnectCommand() {}

  /** The whole process; does not return. */
  public static void main(String[] arguments) {
    System.setOut(System.err); // standard output belongs to the protocol
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    InputStream in = new FileInputStream(FileDescriptor.in);
    System.exit(run(arguments, in, out, System.err));
  }

  static int run(String[] arguments, InputStream in, OutputStream out, PrintStream err) {
    ConnectOptions options;
    try {
      options = ConnectOptions.parse(arguments, System.getenv());
    } catch (ConnectOptions.UsageException e) {
      err.println("error: latch connect: " + e.getMessage());
      err.println("hint: " + e.hint());
      return 2;
    }
    if (options == null) {
      err.print(ConnectOptions.USAGE);
      return 0;
    }
    if (options.logFile() != null) {
      try {
        logTo(LogFile.at(Path.of(options.logFile())));
      } catch (IOException | InvalidPathException e) {
        err.println(
            "error: latch connect: the log file " + options.logFile() + " cannot be written");
        err.println("hint: give --log-file a file in a directory that is there and yours");
        return 7;
      }
    }
    chooseLogging(options);
    if (options.pinned() != null) {
      options.pinned().all().forEach(pin -> System.err.println("pinned: " + pin.describe()));
    }
    LineReader lines = new LineReader(in, 16 << 20);
    LastKnown lastKnown = new LastKnown(cache(), known(options));
    try {
      serve(options, lines, out, lastKnown);
    } catch (IOException e) {
      err.println("latch connect: the host's streams broke: " + e.getMessage());
    }
    return 0;
  }

  /** The log, and whatever else is printed for want of a better place. */
  private static void logTo(LogFile file) {
    System.setErr(new PrintStream(new BufferedOutputStream(file, 8192), true, UTF_8));
    System.setOut(System.err);
  }

  /** What a server says may differ from account to account. */
  private static String known(ConnectOptions options) {
    String account = options.account();
    return account == null || account.equals(Account.DEFAULT_NAME)
        ? options.server().toString()
        : options.server() + " " + account;
  }

  /** A server's logging is on the class path, too, and would write to standard output. */
  private static void chooseLogging(ConnectOptions options) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", options.logLevel());
    // Most threads have no name. A host dates what it reads; a file has nobody who does.
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    if (options.logFile() != null) {
      System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
      System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    }
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    }
  }

  private static void serve(
      ConnectOptions options, LineReader lines, OutputStream out, LastKnown lastKnown)
      throws IOException {
    Network network = network(options);
    LazyAccount account = new LazyAccount(options.server(), () -> account(options, network));
    beside("token", () -> account.token());
    beside("json", () -> JsonRpc.parse(EMPTY));
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
    SecureRandom random = new SecureRandom();
    Clock clock = Clock.systemUTC();
    StdioFront bridge =
        new StdioFront(
            backing(
                new Destination(options.server(), options.headers(), network),
                account,
                wish(options),
                lastKnown,
                random,
                clock),
            lines,
            out,
            random,
            clock);
    Runtime.getRuntime().addShutdownHook(new Thread(bridge::close, "stop"));
    if (answer != null) {
      bridge.opened(opening.bytes());
    } else if (!opening.isBlank()) {
      bridge.receive(opening);
    }
    bridge.run();
  }

  /** A server over HTTP, behind a front. */
  static Bridged backing(
      Destination destination,
      Account account,
      LoginWish wish,
      LastKnown lastKnown,
      SecureRandom random,
      Clock clock) {
    return new Bridged(
        (mirror, listener, own) ->
            new UpstreamConnection(destination, own.tokens(), mirror, listener, clock),
        account,
        wish,
        lastKnown,
        random,
        clock);
  }

  /**
   * What every start needs, made while the host's opening is read and answered. What is wrong, the
   * request is told that needs it.
   */
  private static void beside(String name, Runnable work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LoggerFactory.getLogger(ConnectCommand.class).debug("not prepared: {}", e.getMessage());
          }
        });
  }

  private static Account account(ConnectOptions options, Network network) {
    ServerSettings pinned = options.pinned();
    return Clients.account(
        Clients.open(
            Environment.ofThisProcess(), network, pinned == null ? ServerSettings.NONE : pinned),
        options.server().toString(),
        options.account());
  }

  private static Network network(ConnectOptions options) {
    Network network = Network.ofThisProcess();
    String caFile = options.caFile();
    String proxy = options.proxy();
    network = caFile == null ? network : network.withCaFile(caFile);
    return proxy == null ? network : network.withProxy(proxy);
  }

  private static LoginWish wish(ConnectOptions options) {
    String scope = options.scope();
    return new LoginWish(
        scope == null ? null : Scope.parse(scope),
        FlowName.of(options.flow() == null ? "" : options.flow()).orElse(null),
        () ->
            MachineSurroundings.detect(System.getenv(), System.getProperty("os.name", ""), false));
  }

  private static Path cache() {
    return UserDirectories.ofThisUser().cache().resolve("connect");
  }
}

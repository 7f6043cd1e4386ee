package dev.latchstring.cli.run;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.account.LoginCommand;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code latch run --plain}: a program that is no MCP server gets the token of this moment, and the
 * terminal; its exit status is ours. Where there is no login, one is made here first.
 */
final class PlainRun {
  private final RunOptions options;
  private final Environment environment;
  private final PrintStream err;

  PlainRun(RunOptions options, Environment environment, PrintStream err) {
    this.options = options;
    this.environment = environment;
    this.err = err;
  }

  /** The status to end with. */
  int run() {
    try {
      Account account = RunCommand.account(options);
      AccessToken token = token(account);
      if (token == null) {
        int status = login();
        if (status != ExitStatus.DONE.number()) {
          return status;
        }
        token = account.tokens().token();
      }
      if (token.isBound()) {
        return fail(
            ExitStatus.SERVER,
            "the token of this login is bound to a key (DPoP), and a program cannot prove the key",
            "log in with latch login --bearer, under a name of its own with --account");
      }
      return execute(token);
    } catch (ClientException e) {
      ExitStatus status =
          e.problem() == Problem.NETWORK ? ExitStatus.NETWORK : ExitStatus.LOGIN_REQUIRED;
      return fail(status, e.description(), e.hint());
    } catch (CommandFailure e) {
      return fail(e.status(), e.text(), e.hint());
    }
  }

  private static @Nullable AccessToken token(Account account) {
    try {
      return account.tokens().token();
    } catch (ClientException e) {
      if (e.problem() == Problem.LOGIN_REQUIRED) {
        return null;
      }
      throw e;
    }
  }

  /** As {@code latch login} does it; standard output is the program's. */
  private int login() {
    List<String> arguments = new ArrayList<>();
    arguments.add(options.server().toString());
    arguments.addAll(List.of("--account", options.account(), "--bearer"));
    if (options.scope() != null) {
      arguments.addAll(List.of("--scope", options.scope().toString()));
    }
    if (options.flow() != null) {
      arguments.addAll(List.of("--flow", options.flow().text()));
    }
    if (options.caFile() != null) {
      arguments.addAll(List.of("--ca-file", options.caFile()));
    }
    if (options.proxy() != null) {
      arguments.addAll(List.of("--proxy", options.proxy()));
    }
    options
        .pinned()
        .all()
        .forEach(pin -> arguments.addAll(List.of("--pin", pin.name() + "=" + pin.value())));
    LoginCommand login =
        new LoginCommand(environment, new Output(err, err, environment.terminal()));
    CommandLine.populateCommand(login, arguments.toArray(String[]::new));
    return login.call();
  }

  /** The program has our streams; a signal for both ends it, and then us. */
  private int execute(AccessToken token) {
    ChildEnvironment variables =
        new ChildEnvironment(
            environment.variables(), options.policy(), options.passed(), options.variables());
    ProcessBuilder builder = new ProcessBuilder(options.program().command()).inheritIO();
    Map<String, String> seen = builder.environment();
    seen.clear();
    seen.putAll(variables.with(token.value()));
    try {
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop"));
      return process.waitFor();
    } catch (IOException e) {
      return fail(
          ExitStatus.FILES,
          options.program().name() + " cannot be started: " + e.getMessage(),
          "check the command behind --");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitStatus.INTERRUPTED.number();
    }
  }

  private int fail(ExitStatus status, String message, @Nullable String hint) {
    err.println("error: " + message);
    if (hint != null) {
      err.println("hint: " + hint);
    }
    return status.number();
  }
}

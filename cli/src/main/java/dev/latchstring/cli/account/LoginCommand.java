package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.Interrupt;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Waiting;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.ChallengeOptions;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.oauth.Scope;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code latch login URL}: logs in to an MCP server without a browser on this machine.
 *
 * <p>It shows where to go and what to enter, waits, says who approved, and has that confirmed here
 * before anything is stored: by an answer on the terminal, or by {@code --as} or {@code --yes}.
 */
@Command(
    name = "login",
    description =
        "Log in to an MCP server, with a code that you enter on any device, or by answering here.",
    footer = {
      "",
      "Without a terminal nobody can be asked whether the right person approved:",
      "say it beforehand, with --as NAME (safer) or --yes."
    })
public final class LoginCommand implements Callable<Integer> {
  private static final String DEVICE = "device";
  private static final String CHALLENGE = "challenge";

  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "Store the login under this name, where you have several (default: default).")
  String accountName = Account.DEFAULT_NAME;

  @Option(
      names = "--scope",
      paramLabel = "SCOPES",
      description = "Ask for these scopes, separated by spaces, instead of what the server names.")
  @Nullable String scope;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "Accept the login only if this person approved it, and do not ask.")
  @Nullable String as;

  @Option(names = "--yes", description = "Accept whoever approved it, and do not ask.")
  boolean yes;

  @Option(
      names = "--switch",
      description = "Let another person than last time take this account over.")
  boolean anotherPerson;

  @Option(names = "--no-qr", description = "Do not draw a QR code.")
  boolean noQrCode;

  @Option(
      names = "--flow",
      paramLabel = "FLOW",
      description = {
        "device: with a code on any device (default).",
        "challenge: by answering here what the server asks, for a client that its operator calls"
            + " its own."
      })
  String flow = DEVICE;

  @Option(
      names = "--acr",
      paramLabel = "CONTEXTS",
      description =
          "With --flow challenge: the authentication contexts that will do, the most wanted first.")
  @Nullable String acr;

  @Option(
      names = "--lang",
      paramLabel = "TAGS",
      description = "With --flow challenge: the languages to be asked in, such as \"es-MX en\".")
  @Nullable String lang;

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public LoginCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    requireFlow(out);
    if (flow.equals(CHALLENGE)) {
      ClientKeys.ensureInstanceKey(environment, out);
    }
    try (LatchClient client = Clients.open(network.in(environment));
        ChallengeDialog dialog = new ChallengeDialog(out, environment)) {
      Account account = client.account(Clients.address(url), accountName);
      if (flow.equals(DEVICE)) {
        requireSomebodyToConfirm(out, account);
      }
      Confirmation confirmation = new Confirmation(out, environment, as, yes);
      Login login =
          Waiting.during(
              out,
              "Asking " + url + " how to log in",
              environment.clock(),
              () -> account.login(options(out, dialog)));
      ExitStatus status = run(out, login, account, confirmation, dialog);
      return status.number();
    }
  }

  private void requireFlow(Output out) {
    if (!flow.equals(DEVICE) && !flow.equals(CHALLENGE)) {
      throw new CommandFailure(
          ExitStatus.USAGE, "there is no flow " + flow, "give --flow device or --flow challenge");
    }
    if (flow.equals(DEVICE) && (acr != null || lang != null)) {
      throw new CommandFailure(
          ExitStatus.USAGE, "--acr and --lang are for --flow challenge", "add --flow challenge");
    }
    boolean canAsk = out.terminal().input() && out.terminal().error();
    if (flow.equals(CHALLENGE) && !canAsk && !out.isJson()) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "without a terminal nobody can be asked what the server wants to know",
          "run it in a terminal; or add --json, and answer each step with a line on standard input");
    }
  }

  private LoginOptions options(Output out, ChallengeDialog dialog) {
    LoginOptions options = LoginOptions.DEFAULT;
    if (flow.equals(CHALLENGE)) {
      options =
          options.byChallenge(
              ChallengeOptions.asking(out.isJson() ? new ChallengeLines(out, environment) : dialog)
                  .withAcrValues(words(acr))
                  .withUiLocales(lang == null ? Languages.of(environment) : words(lang)));
    }
    if (scope != null) {
      options = options.withScope(Scope.parse(scope));
    }
    return anotherPerson ? options.allowingAnotherPerson() : options;
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("[ ,]+"));
  }

  /** Found out first, so that nobody approves in vain. An account known from before needs none. */
  private void requireSomebodyToConfirm(Output out, Account account) {
    boolean canAsk = out.terminal().input() && out.terminal().error() && !out.isJson();
    if (!canAsk && as == null && !yes && account.status().isEmpty()) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "without a terminal nobody can be asked whether the right person approved",
          "add --as NAME to accept that person's approval alone, or --yes to accept anybody's");
    }
  }

  private ExitStatus run(
      Output out, Login login, Account account, Confirmation confirmation, ChallengeDialog dialog) {
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<@Nullable Waiting> waiting = new AtomicReference<>();
    Runnable giveUp =
        () -> {
          login.cancel();
          close(waiting);
          out.say("Interrupted. The login was given up; what was stored before is unchanged.");
          if (!dialog.isReading()) {
            await(ended);
          }
        };
    return Interrupt.runs(
        giveUp,
        () -> {
          try {
            return end(out, ask(out, login, waiting), confirmation, account);
          } finally {
            close(waiting);
            ended.countDown();
          }
        });
  }

  private LoginOutcome ask(Output out, Login login, AtomicReference<@Nullable Waiting> waiting) {
    CodeDisplay display = new CodeDisplay(out, environment.clock(), !noQrCode);
    LoginOutcome outcome =
        login.run(code -> {
          display.show(code);
          waiting.set(Waiting.on(out, waitingFor(code), code.expiresAt(), environment.clock()));
        });
    close(waiting);
    return outcome;
  }

  private ExitStatus end(
      Output out, LoginOutcome outcome, Confirmation confirmation, Account account) {
    return switch (outcome) {
      case LoginOutcome.Approved approved ->
          finish(out, approved.approval(), confirmation, account);
      case LoginOutcome.Denied denied ->
          throw new CommandFailure(
              ExitStatus.NOT_LOGGED_IN,
              flow.equals(CHALLENGE)
                  ? "the login was denied: too many wrong answers, or it was refused elsewhere"
                  : "the login was denied on the verification page",
              "if that was a mistake, run latch login " + url + " again");
      case LoginOutcome.Expired expired ->
          throw new CommandFailure(
              ExitStatus.NOT_LOGGED_IN,
              flow.equals(CHALLENGE)
                  ? "the server gave the login up before it was done"
                  : "nobody entered the code while it was good",
              "run latch login " + url + " again");
      case LoginOutcome.Cancelled cancelled -> ExitStatus.INTERRUPTED;
    };
  }

  private static String waitingFor(DeviceCode code) {
    return "Waiting for the approval at " + code.verificationUri().getHost();
  }

  private ExitStatus finish(
      Output out, Approval approval, Confirmation confirmation, Account account) {
    confirmation.decide(approval);
    out.say("Signed in as " + approval.identity().display() + ".");
    if (!approval.scope().isEmpty()) {
      out.say("Granted: " + approval.scope());
    }
    out.say("The token is kept encrypted, and refreshed for you.");
    out.hint("latch token " + url + " prints it; latch connect " + url + " serves an MCP host");
    out.json(
        new SignedIn(
            "signed_in",
            account.server().toString(),
            account.name(),
            approval.identity().name(),
            approval.identity().subject(),
            approval.identity().issuer(),
            approval.scope().toString()));
    return ExitStatus.DONE;
  }

  private static void close(AtomicReference<@Nullable Waiting> waiting) {
    Waiting running = waiting.getAndSet(null);
    if (running != null) {
      running.close();
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      boolean inTime = ended.await(3, TimeUnit.SECONDS);
      assert inTime || ended.getCount() > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record SignedIn(
      String event,
      String server,
      String account,
      @Nullable String name,
      @Nullable String subject,
      String issuer,
      String scope) {}
}

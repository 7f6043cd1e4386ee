package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.Interrupt;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.ServerOptions;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Waiting;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.ChallengeOptions;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code latch login URL}: logs in to an MCP server, in the way that fits this machine.
 *
 * <p>It shows where to go and, where there is a code, what to enter; waits; and says who approved.
 * A code says nothing about who entered it, so that is confirmed here before anything is stored: by
 * an answer on the terminal, or by {@code --as} or {@code --yes}.
 */
@Command(
    name = "login",
    description =
        "Log in to an MCP server: in a browser, with a code that you enter on any device, or by"
            + " answering here.",
    footer = {
      "",
      "Without a terminal nobody can be asked whether the right person approved:",
      "say it beforehand, with --as NAME (safer) or --yes."
    })
public final class LoginCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "Store the login under this name, where you have several.")
  @Nullable String accountName;

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
      names = "--explain",
      description =
          "Say which way to log in would be taken, and why not the others. Logs nobody in.")
  boolean explain;

  @Mixin FlowOptions flows = new FlowOptions();

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

  @Mixin ServerOptions server = new ServerOptions();

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
    FlowName wish = flows.named();
    requireFlow(out, wish);
    if (wish == FlowName.CHALLENGE && !explain) {
      ClientKeys.ensureInstanceKey(environment, out);
    }
    try (LatchClient client = Clients.open(network.in(environment), server.settings());
        ChallengeDialog dialog = new ChallengeDialog(out, environment)) {
      Account account = Clients.account(client, url, accountName);
      Pinned.say(out, client.pinned(account.server(), null));
      if (wish == FlowName.DEVICE && !explain) {
        requireSomebodyToConfirm(out, account);
      }
      Surroundings here = flows.surroundings(environment, out);
      LoginOptions options = options(out, wish, here, dialog);
      if (explain) {
        return explain(out, client, account, options, here).number();
      }
      Confirmation confirmation = new Confirmation(out, environment, as, yes);
      Login login =
          Waiting.during(
              out,
              "Asking " + url + " how to log in",
              environment.clock(),
              () -> account.login(options));
      if (login.flow() == FlowName.DEVICE) {
        requireSomebodyToConfirm(out, account);
      }
      return run(out, login, account, confirmation, dialog).number();
    }
  }

  private ExitStatus explain(
      Output out, LatchClient client, Account account, LoginOptions options, Surroundings here) {
    Negotiation negotiation =
        Waiting.during(
            out,
            "Asking " + url + " how to log in",
            environment.clock(),
            () -> account.negotiate(options));
    return new LoginExplanation(out, account.server().toString())
        .print(
            negotiation,
            account.client(negotiation.at()),
            here,
            client.pinned(account.server(), negotiation.issuer()));
  }

  private void requireFlow(Output out, @Nullable FlowName wish) {
    if (wish != FlowName.CHALLENGE && (acr != null || lang != null)) {
      throw new CommandFailure(
          ExitStatus.USAGE, "--acr and --lang are for --flow challenge", "add --flow challenge");
    }
    if (wish == FlowName.CHALLENGE && !explain && !canAsk(out) && !out.isJson()) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "without a terminal nobody can be asked what the server wants to know",
          "run it in a terminal; or add --json, and answer each step with a line on standard input");
    }
  }

  private static boolean canAsk(Output out) {
    return out.terminal().input() && out.terminal().error();
  }

  private LoginOptions options(
      Output out, @Nullable FlowName wish, Surroundings here, ChallengeDialog dialog) {
    LoginOptions options = flows.applyTo(LoginOptions.DEFAULT, here);
    boolean wished = wish == FlowName.CHALLENGE && (canAsk(out) || out.isJson());
    // A program is asked only for what it wished for: it has to know how to answer.
    if (wished || (wish == null && canAsk(out) && !out.isJson())) {
      options =
          options.answeringSteps(
              ChallengeOptions.asking(out.isJson() ? new ChallengeLines(out, environment) : dialog)
                  .withAcrValues(words(acr))
                  .withUiLocales(lang == null ? Languages.of(environment) : words(lang)));
    }
    if (scope != null) {
      options = options.withScope(wanted(scope));
    }
    return anotherPerson ? options.allowingAnotherPerson() : options;
  }

  private static Scope wanted(String scope) {
    try {
      return Scope.parse(scope);
    } catch (OAuthException e) {
      throw new CommandFailure(
          ExitStatus.USAGE, "--scope: " + e.description(), "put spaces between the scopes");
    }
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
    LoginDisplay display = new LoginDisplay(out, environment, !noQrCode);
    Runnable giveUp =
        () -> {
          login.cancel();
          display.close();
          out.say("Interrupted. The login was given up; what was stored before is unchanged.");
          if (!dialog.isReading()) {
            await(ended);
          }
        };
    return Interrupt.runs(
        giveUp,
        () -> {
          try {
            LoginOutcome outcome = login.run(display);
            display.close();
            return end(out, login.flow(), outcome, confirmation, account);
          } finally {
            display.close();
            ended.countDown();
          }
        });
  }

  private ExitStatus end(
      Output out, FlowName flow, LoginOutcome outcome, Confirmation confirmation, Account account) {
    return switch (outcome) {
      case LoginOutcome.Approved approved ->
          finish(out, flow, approved.approval(), confirmation, account);
      case LoginOutcome.Denied denied ->
          throw new CommandFailure(
              ExitStatus.NOT_LOGGED_IN,
              denied(flow),
              "if that was a mistake, run latch login " + url + " again");
      case LoginOutcome.Expired expired ->
          throw new CommandFailure(
              ExitStatus.NOT_LOGGED_IN, expired(flow), "run latch login " + url + " again");
      case LoginOutcome.Cancelled cancelled -> ExitStatus.INTERRUPTED;
    };
  }

  private static String denied(FlowName flow) {
    return switch (flow) {
      case CODE -> "the login was denied in the browser";
      case CHALLENGE -> "the login was denied: too many wrong answers, or it was refused elsewhere";
      default -> "the login was denied on the verification page";
    };
  }

  private static String expired(FlowName flow) {
    return switch (flow) {
      case CODE -> "the browser did not come back in time, and nothing was pasted";
      case CHALLENGE -> "the server gave the login up before it was done";
      default -> "nobody entered the code while it was good";
    };
  }

  private ExitStatus finish(
      Output out, FlowName flow, Approval approval, Confirmation confirmation, Account account) {
    confirmation.decide(approval);
    if (!approval.isStored()) {
      return tried(out, flow, approval, account);
    }
    out.say("Signed in as " + approval.identity().display() + ".");
    if (!approval.scope().isEmpty()) {
      out.say("Granted: " + approval.scope());
    }
    if (isForgotten()) {
      out.warning("nothing is kept of it: with LATCH_STORE=memory it ends with this command");
      out.hint("set LATCH_STORE to auto or file and log in again; or log in inside latch connect");
    } else {
      sayWhatIsKept(out);
    }
    out.json(
        new SignedIn(
            "signed_in",
            account.server().toString(),
            account.name(),
            approval.identity().name(),
            approval.identity().subject(),
            approval.identity().issuer(),
            approval.scope().toString(),
            account.status().map(status -> status.settings().values()).orElse(Map.of())));
    return ExitStatus.DONE;
  }

  /** A store in memory is for commands that go on, such as {@code latch connect}. */
  private boolean isForgotten() {
    return environment.variables().getOrDefault("LATCH_STORE", "").equalsIgnoreCase("memory");
  }

  private void sayWhatIsKept(Output out) {
    out.say("The token is kept encrypted, and refreshed for you.");
    String named = accountName == null ? url : url + " --account " + accountName;
    out.hint(
        "latch token "
            + named
            + (flows.bearer ? " prints it" : " --headers POST prints what goes with a request")
            + "; latch connect "
            + named
            + " serves an MCP host");
  }

  /** A machine's login is no state: what was tried is told, and that nothing is kept. */
  private ExitStatus tried(Output out, FlowName flow, Approval approval, Account account) {
    if (flow == FlowName.ENVIRONMENT) {
      out.say("A token is given, and used as it is. Whether " + url + " takes it was not tried.");
    } else {
      out.say(
          "It works: "
              + PlainText.line(approval.identity().issuer(), 200)
              + " gave a token for "
              + PlainText.line(approval.identity().display(), Identity.MAX_LENGTH)
              + ".");
      if (!approval.scope().isEmpty()) {
        out.say("Granted: " + approval.scope());
      }
      out.say("Nothing is stored: each token is obtained the same way, when it is needed.");
    }
    out.hint(
        forGood()
            + "latch token "
            + url
            + " prints one; latch connect "
            + url
            + " serves an MCP host");
    out.json(
        new Tried(
            "tried",
            account.server().toString(),
            approval.identity().name(),
            approval.identity().issuer(),
            approval.scope().toString()));
    return ExitStatus.DONE;
  }

  /** What was said on this command line alone is to be said where every command reads it. */
  private String forGood() {
    FlowName flow = flows.named();
    if (flow == null && server.settings().isEmpty()) {
      return "";
    }
    return "pin "
        + (flow == null ? "what you gave here" : "flow: " + flow.text() + " and what else you gave")
        + " for this server in "
        + Clients.settingsFile(environment)
        + "; then ";
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
      String scope,
      Map<String, String> pinned) {}

  private record Tried(
      String event, String server, @Nullable String name, String issuer, String scope) {}
}

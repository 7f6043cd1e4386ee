package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.browser.MachineSurroundings;
import dev.latchstring.client.browser.ReturnAddress;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.login.BrowserOptions;
import dev.latchstring.client.login.LoginOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which way to log in, and how: of every command that logs in. */
public final class FlowOptions {
  @Option(
      names = "--flow",
      paramLabel = "FLOW",
      description = {
        "code: in a browser that comes back to this machine, or whose address you paste.",
        "device: with a code that you enter on any device.",
        "challenge: by answering here what the server asks, for a client that its operator calls"
            + " its own.",
        "And without a person, where it is configured: client_credentials, jwt_bearer,"
            + " workload_identity, id_jag, token_exchange, environment.",
        "Left out, what fits this machine; --explain says which."
      })
  @Nullable String flow;

  @Option(
      names = "--redirect-uri",
      paramLabel = "URI",
      description =
          "With --flow code: where the browser comes back to, as your client was registered; with a"
              + " port, at that port alone.")
  @Nullable String redirectUri;

  @Option(names = "--no-browser", description = "Do not open a browser: show the address alone.")
  boolean noBrowser;

  @Option(
      names = "--bearer",
      description =
          "Ask for tokens that are bound to no key, for programs that know nothing of DPoP.")
  boolean bearer;

  /**
   * The flow that was named; null where none was.
   *
   * @throws CommandFailure {@link ExitStatus#USAGE} where there is no such flow
   */
  public @Nullable FlowName named() {
    return flow == null
        ? null
        : FlowName.of(flow)
            .orElseThrow(() ->
                new CommandFailure(
                    ExitStatus.USAGE,
                    "there is no flow " + flow,
                    "there are: " + FlowName.known()));
  }

  /** What this machine can do. */
  public Surroundings surroundings(Environment environment, Output output) {
    boolean terminal = output.terminal().input() && output.terminal().error() && !output.isJson();
    Surroundings here =
        MachineSurroundings.detect(environment.variables(), environment.os(), terminal);
    return noBrowser ? here.withoutLauncher() : here;
  }

  /** The options of a login on this machine. */
  public LoginOptions applyTo(LoginOptions options, Surroundings here) {
    LoginOptions more = options.by(named()).at(here);
    more = bearer ? more.asBearer() : more;
    return redirectUri == null
        ? more
        : more.inBrowser(BrowserOptions.DEFAULT.comingBackTo(ReturnAddress.parse(redirectUri)));
  }
}

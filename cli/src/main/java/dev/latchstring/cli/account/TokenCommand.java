package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.ServerOptions;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch token URL}: prints an access token that is good now, alone, for scripts. */
@Command(
    name = "token",
    description = "Print an access token for an MCP server, refreshed if it has to be.",
    footer = {
      "",
      "  latch token URL --headers POST | curl -H @- URL ...",
      "",
      "Where the token is bound to nothing (latch login --bearer):",
      "  curl -H \"Authorization: Bearer $(latch token URL)\" URL ...",
      "",
      "Ends with status 3 where somebody has to log in first."
    })
public final class TokenCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "The login of this name, instead of the default one.")
  @Nullable String accountName;

  @Option(
      names = "--headers",
      paramLabel = "METHOD",
      description =
          "Print the headers of one request with this method instead, with the proof of a token"
              + " that is bound to a key.")
  @Nullable String headers;

  @Option(
      names = "--nonce",
      paramLabel = "NONCE",
      description = "With --headers: the DPoP-Nonce that the server gave last.")
  @Nullable String nonce;

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public TokenCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    if (nonce != null && headers == null) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "--nonce is for a proof, and without --headers there is none",
          "add --headers METHOD");
    }
    Environment here = network.in(environment);
    try (LatchClient client =
        headers == null
            ? Clients.handingTokensOn(here, server.settings())
            : Clients.open(here, server.settings())) {
      Account account = Clients.account(client, url, accountName);
      AccessToken token = account.tokens().token();
      if (headers != null) {
        printHeaders(out, token, headers);
        return ExitStatus.DONE.number();
      }
      out.result(token.value());
      if (token.isBound()) {
        out.warning("this token is bound to a key, and good for nothing without a proof of it");
        out.hint(
            "latch token "
                + url
                + account()
                + " --headers METHOD prints what goes with one request; latch login "
                + url
                + account()
                + " --bearer gets one that is bound to nothing");
      }
      out.json(
          new TokenLine(
              token.value(),
              token.type(),
              token.expiresAt() == null ? null : token.expiresAt().toString(),
              token.scope().toString(),
              token.resource().toString(),
              Pinned.of(client, account)));
      return ExitStatus.DONE.number();
    } catch (ClientException e) {
      String half = e.problem() == Problem.LOGIN_REQUIRED ? ClientKeys.half(environment) : null;
      if (half != null) {
        throw new CommandFailure(
            ExitStatus.LOGIN_REQUIRED,
            e.description() + "; " + half,
            (e.hint() == null ? "" : e.hint() + "; or, ") + "for a client of its own, set both",
            e);
      }
      throw e;
    }
  }

  /** So that what is hinted at makes the login that was asked for. */
  private String account() {
    return accountName == null ? "" : " --account " + PlainText.line(accountName, 64);
  }

  /** The headers of one request to the server, as {@code curl -H @-} reads them. */
  private void printHeaders(Output out, AccessToken token, String method) {
    if (!method.matches("[A-Z]{1,16}")) {
      throw new CommandFailure(
          ExitStatus.USAGE, "'" + method + "' is no HTTP method", "give one such as POST");
    }
    Map<String, String> lines = token.headers(method, Clients.address(url), nonce);
    lines.forEach((name, value) -> out.result(name + ": " + value));
    out.json(lines);
  }

  private record TokenLine(
      String access_token,
      String token_type,
      @Nullable String expires_at,
      String scope,
      String resource,
      List<String> pinned) {
    /** Without the token. */
    @Override
    public String toString() {
      return "TokenLine[" + resource + "]";
    }
  }
}

package dev.latchstring.cli.doctor;

import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.ServerOptions;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.cli.account.Pinned;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.Problem;
import dev.latchstring.client.doctor.Finding;
import dev.latchstring.client.doctor.Outcome;
import dev.latchstring.client.doctor.Report;
import dev.latchstring.client.settings.Preset;
import dev.latchstring.client.settings.ServerSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code latch doctor URL}. */
@Command(
    name = "doctor",
    description = {
      "Find out why a login to an MCP server does not work: which rule of which specification its"
          + " servers break, and what to pin meanwhile.",
      "It registers no client and logs nobody in."
    },
    footer = {
      "",
      "Ends with status 6 where the servers are at fault, 5 where one does not answer."
    })
public final class DoctorCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public DoctorCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    ServerSettings pinned = server.settings();
    URI address = Clients.address(url);
    try (LatchClient client = Clients.open(network.in(environment), pinned)) {
      Report report = client.examine(address);
      report.findings().forEach(finding -> show(out, finding));
      if (report.discovered() != null) {
        Pinned.say(out, client.pinned(address, report.discovered().issuer()));
      }
      advise(out, report, stored(out, client, address));
      out.json(
          new Diagnosis(
              address.toString(),
              report.isHealthy() ? "healthy" : "failed",
              report.pins(),
              report.complete(),
              report.presets().stream().map(Preset::key).toList()));
      return status(report).number();
    }
  }

  private static ExitStatus status(Report report) {
    if (report.isHealthy()) {
      return ExitStatus.DONE;
    }
    Problem problem = report.problem();
    return problem == null ? ExitStatus.SERVER : ExitStatus.of(problem);
  }

  private void show(Output out, Finding finding) {
    String label = finding.outcome().name().toLowerCase(Locale.ROOT);
    out.result(
        style(finding.outcome()),
        "%-8s %-22s %s".formatted(label, finding.step(), line(finding.what())));
    boolean wrong = finding.outcome() == Outcome.FAILED || finding.outcome() == Outcome.WARNING;
    detail(out, "rule", finding.rule() == null || !wrong ? null : finding.rule().title());
    detail(out, "sent", finding.sent());
    detail(out, "do", finding.advice());
    for (String pin : finding.pins()) {
      detail(out, "pin", pin);
    }
    out.json(
        new FindingLine(
            finding.step(),
            label,
            finding.what(),
            finding.rule() == null ? null : finding.rule().title(),
            finding.sent(),
            finding.pins(),
            finding.advice(),
            finding.operator()));
  }

  private static void detail(Output out, String label, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      out.result("           %-5s %s".formatted(label, line(text)));
    }
  }

  private static String line(String text) {
    return PlainText.line(text, 600);
  }

  private static Style style(Outcome outcome) {
    return switch (outcome) {
      case OK -> Style.GREEN;
      case WARNING -> Style.YELLOW;
      case FAILED -> Style.RED;
      case SKIPPED -> Style.DIM;
    };
  }

  /**
   * Without network: what a token request would begin from.
   *
   * @return whether somebody is logged in
   */
  private boolean stored(Output out, LatchClient client, URI address) {
    LatchClient.Stored stored;
    try {
      stored = client.stored();
    } catch (ClientException e) {
      show(out, login(Outcome.WARNING, e.description(), e.hint()));
      return false;
    }
    List<LoginStatus> logins =
        stored.logins().stream().filter(login -> login.server().equals(address)).toList();
    for (LoginStatus login : logins) {
      show(
          out,
          login.ended()
              ? login(Outcome.WARNING, describe(login) + ", ended", "run latch login " + url)
              : login(Outcome.OK, describe(login) + ", " + expiry(login), null));
    }
    for (ClientException damaged : stored.damaged()) {
      show(out, login(Outcome.WARNING, damaged.description(), damaged.hint()));
    }
    if (logins.isEmpty()) {
      show(out, login(Outcome.SKIPPED, "nobody is logged in", null));
    }
    return logins.stream().anyMatch(login -> !login.ended());
  }

  private static Finding login(Outcome outcome, String what, @Nullable String advice) {
    return new Finding("login", outcome, what, null, null, List.of(), advice, null);
  }

  private static String describe(LoginStatus login) {
    return login.account() + ": " + login.identity().display();
  }

  private String expiry(LoginStatus login) {
    Instant expires = login.expiresAt();
    if (expires == null) {
      return "the server does not say how long";
    }
    Duration left = Duration.between(environment.clock().instant(), expires);
    return (left.isNegative() ? "expired" : "good for " + Durations.remaining(left))
        + (login.refreshable() ? ", refreshed when needed" : ", not refreshable");
  }

  private void advise(Output out, Report report, boolean loggedIn) {
    for (Preset preset : report.presets()) {
      out.hint(
          "this looks like "
              + preset.title()
              + ": see --preset "
              + preset.key()
              + " in latch help presets");
    }
    if (report.isHealthy()) {
      out.hint(
          "latch " + (loggedIn ? "token " + url + " prints a token" : "login " + url + " logs in"));
      return;
    }
    if (!report.pins().isEmpty()) {
      out.result("");
      out.result(
          Style.BOLD,
          report.complete()
              ? "Until it is corrected, discovery works with:"
              : "Until it is corrected, try (words in capitals are yours to fill in):");
      out.result("");
      out.result("  latch login " + url + flags(report.pins()));
      out.result("");
      out.result("or for good, in " + Clients.settingsFile(environment) + ":");
      out.result("");
      out.result("  servers:");
      out.result("    " + url + ":");
      report.pins().forEach(pin -> out.result("      " + yaml(pin)));
    }
    List<String> operator =
        report.findings().stream()
            .filter(finding -> finding.outcome() == Outcome.FAILED)
            .map(Finding::operator)
            .filter(text -> text != null)
            .distinct()
            .toList();
    if (!operator.isEmpty()) {
      out.result("");
      out.result(Style.BOLD, "To tell whoever runs the servers:");
      out.result("");
      report.findings().stream()
          .filter(finding -> finding.outcome() == Outcome.FAILED && finding.operator() != null)
          .forEach(finding -> operatorText(out, finding));
    }
  }

  private void operatorText(Output out, Finding finding) {
    out.result("  " + url + ": " + line(String.valueOf(finding.operator())));
    if (finding.rule() != null) {
      out.result("  (" + finding.rule().title() + ")");
    }
    if (finding.sent() != null) {
      out.result("  Sent: " + line(finding.sent()));
    }
    out.result("");
  }

  private static String flags(List<String> pins) {
    return pins.stream()
        .map(pin ->
            pin.matches("[A-Za-z0-9_.:/=%+,@-]+") ? pin : "'" + pin.replace("'", "'\\''") + "'")
        .map(pin -> " \\\n    --pin " + pin)
        .collect(Collectors.joining());
  }

  private static String yaml(String pin) {
    int equals = pin.indexOf('=');
    return pin.substring(0, equals) + ": '" + pin.substring(equals + 1).replace("'", "''") + "'";
  }

  private record FindingLine(
      String step,
      String outcome,
      String what,
      @Nullable String rule,
      @Nullable String sent,
      List<String> pins,
      @Nullable String advice,
      @Nullable String operator) {}

  private record Diagnosis(
      String server, String result, List<String> pins, boolean complete, List<String> presets) {}
}

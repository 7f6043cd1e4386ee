package dev.latchstring.cli.account;

import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.registration.ClientChoice;
import dev.latchstring.client.settings.ServerSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code latch login --explain}: which way would be taken, and why the others would not. */
record LoginExplanation(Output output, String server) {
  private static final int WIDTH =
      Stream.of(FlowName.values()).mapToInt(flow -> flow.text().length()).max().orElse(0);

  /**
   * @param client as whom a person would log in
   * @param pinned what is pinned for the login
   */
  ExitStatus print(
      Negotiation negotiation, ClientChoice client, Surroundings here, ServerSettings pinned) {
    FlowName chosen = negotiation.choice() == null ? null : negotiation.choice().name();
    FlowName wish = negotiation.wish();
    boolean lacksClient = chosen != null && chosen.needsPerson() && !client.isPossible();
    output.result(
        "A login to "
            + PlainText.line(server, 200)
            + " is done at "
            + PlainText.line(negotiation.issuer(), 200)
            + ".");
    output.result(
        Style.BOLD,
        lacksClient
            ? "It is not possible yet: there is no client to log in as."
            : chosen != null
                ? "It would be done with --flow " + chosen.text() + "."
                : wish == null
                    ? "No way to log in is possible here."
                    : "A login with --flow " + wish.text() + " is not possible here.");
    if (chosen != null && chosen.needsPerson()) {
      print(client);
    }
    output.result("");
    for (Negotiation.Considered each : negotiation.considered()) {
      output.result(
          (each.chosen() ? "* " : "  ")
              + each.flow().text()
              + " ".repeat(WIDTH - each.flow().text().length() + 2)
              + (each.assessment().isUsable() ? "" : "no: ")
              + each.verdict());
      if (each.hint() != null) {
        output.result(" ".repeat(WIDTH + 4) + "hint: " + each.hint());
      }
    }
    output.json(
        new Explained(
            "explanation",
            server,
            negotiation.issuer(),
            chosen == null ? null : chosen.text(),
            wish == null ? null : wish.text(),
            new Machine(
                here.terminal(),
                here.browser().name().toLowerCase(Locale.ROOT),
                here.attended(),
                here.findings()),
            pinned.values(),
            new Client(
                client.kind().name().toLowerCase(Locale.ROOT),
                client.clientId(),
                client.reason(),
                client.hint()),
            negotiation.considered().stream().map(LoginExplanation::line).toList()));
    return chosen == null || lacksClient ? ExitStatus.SERVER : ExitStatus.DONE;
  }

  private void print(ClientChoice client) {
    output.result(
        "Its client: "
            + (client.isPossible() ? "" : "none, for ")
            + (client.clientId() == null ? "" : PlainText.line(client.clientId(), 200) + "; ")
            + PlainText.line(client.reason(), 300)
            + ".");
    if (client.hint() != null) {
      output.result("hint: " + client.hint());
    }
  }

  private static Line line(Negotiation.Considered each) {
    return new Line(
        each.flow().text(),
        each.flow().needsPerson(),
        each.assessment().isUsable(),
        each.chosen(),
        each.verdict(),
        each.hint());
  }

  private record Machine(
      boolean terminal, String browser, boolean attended, List<String> findings) {}

  private record Line(
      String flow,
      boolean needs_person,
      boolean possible,
      boolean chosen,
      String reason,
      @Nullable String hint) {}

  private record Client(
      String kind, @Nullable String client_id, String reason, @Nullable String hint) {}

  private record Explained(
      String event,
      String server,
      String issuer,
      @Nullable String chosen,
      @Nullable String wish,
      Machine machine,
      Map<String, String> pinned,
      Client client,
      List<Line> flows) {}
}

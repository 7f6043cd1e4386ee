package dev.latchstring.examples.mediator;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.challenge.ChallengeTurn;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The tools. One needs the person at the API, and has them sign in there when it is called. */
final class PointsTools {
  static final String BALANCE = "points_balance";
  static final String SIGN_OUT = "points_sign_out";

  /** A login, and one step-up that the API asks for on top. */
  private static final int MOST_LOGINS = 2;

  private final PointsApi api;
  private final Logins logins;
  private final HostPrompts prompts;
  private final Function<McpSyncServerExchange, Holder> holders;

  /**
   * @param holders whose call it is
   */
  PointsTools(
      PointsApi api,
      Logins logins,
      HostPrompts prompts,
      Function<McpSyncServerExchange, Holder> holders) {
    this.api = api;
    this.logins = logins;
    this.prompts = prompts;
    this.holders = holders;
  }

  List<SyncToolSpecification> all() {
    return List.of(
        SyncToolSpecification.builder()
            .tool(
                tool(
                    BALANCE,
                    "The person's loyalty points. They may be asked to sign in first.",
                    """
                    {"type": "object",
                     "properties": {"balance": {"type": "integer"}, "tier": {"type": "string"}},
                     "required": ["balance", "tier"]}
                    """))
            .callHandler((exchange, request) -> balance(exchange))
            .build(),
        SyncToolSpecification.builder()
            .tool(
                tool(
                    SIGN_OUT,
                    "Signs the person out of the points service.",
                    """
                    {"type": "object",
                     "properties": {"signed_out": {"type": "boolean"}},
                     "required": ["signed_out"]}
                    """))
            .callHandler((exchange, request) -> signOut(exchange))
            .build());
  }

  private static Tool tool(String name, String description, String output) {
    var json = McpJsonDefaults.getMapper();
    return Tool.builder(
            name,
            json,
            "{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}")
        .description(description)
        .outputSchema(json, output)
        .build();
  }

  private CallToolResult signOut(McpSyncServerExchange exchange) {
    return succeeded(Map.of("signed_out", logins.signOut(holders.apply(exchange))));
  }

  private CallToolResult balance(McpSyncServerExchange exchange) {
    try {
      return balance(exchange, holders.apply(exchange));
    } catch (ClientException e) {
      return failed("the points service's sign-in cannot be reached now; try again later");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("the server is stopping");
    }
  }

  private CallToolResult balance(McpSyncServerExchange exchange, Holder holder)
      throws InterruptedException {
    for (int asked = 0; ; asked++) {
      ChallengeTurn.Done tokens = logins.tokens(holder).orElse(null);
      Optional<Login> login;
      if (tokens == null) {
        login = logins.login(holder);
      } else {
        switch (api.points(tokens.token())) {
          case PointsApi.Reply.Points(long balance, String tier) -> {
            return succeeded(Map.of("balance", balance, "tier", tier));
          }
          case PointsApi.Reply.Failed(String why) -> {
            return failed(why);
          }
          case PointsApi.Reply.MoreNeeded(var challenges) ->
              login = logins.stepUp(holder, tokens, challenges);
          case PointsApi.Reply.TokenRefused() -> {
            logins.drop(holder, tokens);
            login = logins.login(holder);
          }
        }
      }
      if (asked == MOST_LOGINS) {
        login.ifPresent(each -> each.abandon("the points service refused what was signed in"));
        return failed("the points service does not accept the sign-in");
      }
      Optional<String> problem =
          login.isEmpty()
              ? Optional.of("too many people are signed in; try again later")
              : prompts.ask(exchange, login.get());
      if (problem.isPresent()) {
        return failed(problem.get());
      }
    }
  }

  private static CallToolResult succeeded(Map<String, Object> content) {
    return CallToolResult.builder().structuredContent(content).build();
  }

  private static CallToolResult failed(String why) {
    return CallToolResult.builder().addTextContent(why).isError(true).build();
  }
}

package dev.latchstring.mcpserver.tools;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.caller;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.tools.ToolAuthorizer.Listing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A list never shows what a call refuses, nor hides what a call allows: of whatever declaration.
 */
class ListedAndCalledTest {
  private static final List<String> TOOLS =
      List.of("git_push", "git_log", "git", "query", "queries", "other");
  private static final List<String> SCOPES = List.of("a", "b", "c", "d");
  private static final List<String> TEAMS = List.of("x", "y", "z");
  private static final List<String> CLASSES = List.of("one", "two");
  private static final int ROUNDS = 4000;

  private final Random random = new Random(20261121);

  @ParameterizedTest
  @EnumSource
  void for_whatever_rules_and_callers_list_and_call_agree(Listing listing) {
    for (int round = 0; round < ROUNDS; round++) {
      ToolAuthorizer tools = tools(listing);
      Caller caller = someone();
      SequencedSet<String> listed = tools.listed(caller, TOOLS);
      for (String tool : TOOLS) {
        Decision decision = tools.call(caller, tool);
        boolean shown = listed.contains(tool);
        assertThat(tools.isListed(caller, tool)).as("one by one, or together").isEqualTo(shown);
        if (decision.isAllowed()) {
          assertThat(shown).as("%s may call %s: %s", caller, tool, round).isTrue();
        }
        if (shown) {
          assertThat(decision)
              .as("%s is shown %s: %s", caller, tool, round)
              .isNotInstanceOfAny(Decision.Refused.class, Decision.Unavailable.class);
        }
        if (shown && listing == Listing.GRANTED && !decision.isAllowed()) {
          assertThat(((Decision.InsufficientAuthentication) decision).required().isEmpty())
              .as("only a login that is too weak or too old still stands in the way")
              .isTrue();
        }
        assertThat(tools.requirement(tool).closed())
            .as("what is published as closed is refused to everybody")
            .isEqualTo(
                tools.call(somebodyWithEverything(), tool) instanceof Decision.Refused refused
                    && refused.reason().contains("anyone"));
      }
    }
  }

  private ToolAuthorizer tools(Listing listing) {
    ToolAuthorizer.Builder builder =
        ToolAuthorizer.builder(requirement()).listing(listing).clock(() -> NOW).audit();
    TOOLS.stream()
        .filter(tool -> random.nextInt(3) == 0)
        .forEach(tool -> builder.tool(tool, requirement()));
    if (random.nextBoolean()) {
      builder.implies(pick(SCOPES), pick(SCOPES));
    }
    if (random.nextBoolean()) {
      builder.rules(file());
    }
    if (random.nextBoolean()) {
      String closed = pick(TOOLS);
      boolean down = random.nextInt(4) == 0;
      builder.decisionPoint(
          new DecisionPoint() {
            @Override
            public String name() {
              return "test";
            }

            @Override
            public Decision decide(Question question) {
              if (down) {
                throw new IllegalStateException("down");
              }
              return closed.equals(question.target())
                  ? new Decision.Refused("no")
                  : new Decision.Allowed();
            }
          });
    }
    return builder.build();
  }

  /** Without conditions: contradictory rules are refused at a start, and must be safe anyway. */
  private RulesSource file() {
    Rules.Builder rules = Rules.builder(requirement(), "default");
    if (random.nextBoolean()) {
      rules.prefix("git", requirement(), "git*");
    }
    if (random.nextBoolean()) {
      rules.prefix("git_", requirement(), "git_*");
    }
    if (random.nextBoolean()) {
      rules.tool("git_push", requirement(), "git_push");
    }
    if (random.nextBoolean()) {
      rules.implies(pick(SCOPES), pick(SCOPES));
    }
    Rules built = rules.build();
    return new RulesSource() {
      @Override
      public Rules current() {
        return built;
      }

      @Override
      public void accepting(Consumer<Rules> condition) {}
    };
  }

  private Requirement requirement() {
    if (random.nextInt(12) == 0) {
      return Requirement.nobody();
    }
    Requirement requirement = Requirement.scopes(some(SCOPES).toArray(String[]::new));
    if (random.nextInt(3) == 0) {
      requirement = requirement.teams(pick(TEAMS), pick(TEAMS));
    }
    if (random.nextInt(4) == 0) {
      requirement = requirement.acr(pick(CLASSES));
    }
    if (random.nextInt(4) == 0) {
      requirement = requirement.maxAge(Duration.ofMinutes(random.nextInt(20)));
    }
    return requirement;
  }

  private Caller someone() {
    return caller(
        "someone",
        String.join(" ", some(SCOPES)),
        random.nextBoolean() ? null : pick(CLASSES),
        random.nextBoolean() ? null : NOW.minus(Duration.ofMinutes(random.nextInt(20))),
        some(TEAMS).toArray(String[]::new));
  }

  private static Caller somebodyWithEverything() {
    return caller("somebody", String.join(" ", SCOPES), "none", null, TEAMS.toArray(String[]::new));
  }

  private List<String> some(List<String> of) {
    List<String> some = new ArrayList<>();
    of.stream().filter(one -> random.nextBoolean()).forEach(some::add);
    return some;
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}

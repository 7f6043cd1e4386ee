package dev.latchstring.client.flow;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which flow is taken, and why the others are not.
 *
 * <p>A wish decides alone. Else the first flow that is suited is taken, else the first fallback, in
 * the order they are given in. Each has a name of its own.
 *
 * @param at the server, and where its login is done
 * @param wish the flow that the person named; null where they left it open
 * @param considered every flow, in order
 * @param choice the one taken; null where none is possible
 */
public record Negotiation(
    Discovered at, @Nullable FlowName wish, List<Considered> considered, @Nullable Flow choice) {

  public Negotiation {
    considered = List.copyOf(considered);
  }

  /**
   * A flow, and what was found.
   *
   * @param verdict what speaks for or against it, and which other was taken instead
   */
  public record Considered(FlowName flow, Assessment assessment, boolean chosen, String verdict) {
    /** What would make it possible; null where it is, or nothing can be advised. */
    public @Nullable String hint() {
      return assessment instanceof Assessment.Unusable unusable ? unusable.hint() : null;
    }
  }

  /** Judges every flow. */
  public static Negotiation of(List<? extends Flow> flows, Situation situation) {
    List<Assessment> found = flows.stream().map(flow -> flow.assess(situation)).toList();
    Flow choice = choose(flows, found, situation.wish()).orElse(null);
    List<Considered> considered = new ArrayList<>();
    for (int i = 0; i < flows.size(); i++) {
      Flow flow = flows.get(i);
      considered.add(
          new Considered(
              flow.name(),
              found.get(i),
              choice != null && flow.name() == choice.name(),
              verdict(flow, found.get(i), situation.wish(), choice)));
    }
    return new Negotiation(situation.at(), situation.wish(), considered, choice);
  }

  private static Optional<Flow> choose(
      List<? extends Flow> flows, List<Assessment> found, @Nullable FlowName wish) {
    @Nullable Flow fallback = null;
    for (int i = 0; i < flows.size(); i++) {
      Flow flow = flows.get(i);
      boolean wanted = wish == null || flow.name() == wish;
      if (wanted && found.get(i) instanceof Assessment.Usable(Assessment.Fit fit, String why)) {
        if (wish != null || fit == Assessment.Fit.SUITED) {
          return Optional.of(flow);
        }
        fallback = fallback == null ? flow : fallback;
      }
    }
    return Optional.ofNullable(fallback);
  }

  private static String verdict(
      Flow flow, Assessment found, @Nullable FlowName wish, @Nullable Flow choice) {
    if (!found.isUsable() || (choice != null && flow.name() == choice.name())) {
      return found.reason();
    }
    if (wish != null && flow.name() != wish) {
      return "possible (" + found.reason() + "); --flow " + wish.text() + " was wished for";
    }
    return choice == null
        ? found.reason()
        : "possible (" + found.reason() + "); " + choice.name().text() + " goes before it";
  }

  /** Where the login is done. */
  public String issuer() {
    return at.issuer();
  }

  /**
   * The flow that is taken.
   *
   * @throws ClientException {@link Problem#NO_USABLE_LOGIN} with the reasons of all that were
   *     considered
   */
  public Flow require() {
    if (choice != null) {
      return choice;
    }
    Considered wished =
        considered.stream().filter(each -> each.flow() == wish).findFirst().orElse(null);
    if (wished != null) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          "the flow " + wished.flow().text() + " is not possible: " + wished.verdict(),
          wished.hint());
    }
    if (wish != null) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          "this program has no flow " + wish.text(),
          "leave the flow open; latch login --explain says what is possible");
    }
    throw new ClientException(
        Problem.NO_USABLE_LOGIN,
        "no way to log in at " + issuer() + " is possible here: " + reasons(),
        firstHint());
  }

  private static boolean isLackingHere(Considered flow) {
    return flow.assessment() instanceof Assessment.Unusable unusable && unusable.here();
  }

  /** Of the flows with a person: the others are for whom configured them. */
  private String reasons() {
    StringBuilder out = new StringBuilder();
    for (Considered each : considered) {
      boolean told = each.flow().needsPerson() || each.assessment().isUsable();
      if (told) {
        out.append(out.isEmpty() ? "" : "; ");
        out.append(each.flow().text()).append(": ").append(each.verdict());
      }
    }
    return out.isEmpty() ? "no flow is known" : out.toString();
  }

  /** What the person can do something about goes first. */
  private @Nullable String firstHint() {
    return considered.stream()
        .filter(each -> each.flow().needsPerson())
        .sorted(Comparator.comparing(each -> !isLackingHere(each)))
        .map(Considered::hint)
        .filter(hint -> hint != null)
        .findFirst()
        .orElse("run latch login --explain, which says what would make each of them possible");
  }
}

package dev.latchstring.mcpserver.tools;

import dev.latchstring.mcpserver.audit.AuditLog;
import dev.latchstring.mcpserver.audit.AuditSink;
import dev.latchstring.mcpserver.audit.AuditTrail;
import dev.latchstring.mcpserver.tools.Rules.Rule;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Scope;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The one declaration of who may call what, and the decisions that follow from it.
 *
 * <pre>{@code
 * ToolAuthorizer.builder(Requirement.scopes("clinic:read"))
 *     .tool("book_appointment", Requirement.scopes("clinic:write"))
 *     .tool("read_record", Requirement.scopes("clinic:read").teams("front-desk"))
 *     .build()
 * }</pre>
 *
 * <p>A tool that is not declared falls under the server's default, which therefore has no default
 * itself. So does every other request that reads or does something, such as {@code resources/read};
 * a valid token alone is enough for what only keeps the conversation going ({@code initialize},
 * {@code server/discover}, {@code ping}, {@code logging/setLevel}, notifications) and for {@code
 * tools/list}, whose answer is filtered.
 *
 * <p>Beside the code's declaration there may be rules that somebody else keeps ({@link
 * RulesSource}) and somebody else who decides ({@link DecisionPoint}): all of them must allow. What
 * cannot be decided is refused, and is not listed.
 *
 * <p>Safe for use by many threads at once.
 */
public final class ToolAuthorizer {
  private static final Decision ALLOWED = new Decision.Allowed();
  private static final Set<String> CONVERSATION =
      Set.of("initialize", "server/discover", "ping", "logging/setLevel", "tools/list");

  /** Which tools a caller is shown. */
  public enum Listing {
    /** Those that the token's scopes and teams allow: the list grows when more is granted. */
    GRANTED,
    /**
     * Also those that more scope or a login would allow, so that a client can call them, be
     * challenged and ask for it. A tool for another team stays hidden.
     */
    REACHABLE
  }

  private final Rules declared;
  private final List<RulesSource> sources;
  private final DecisionPoints points;
  private final Listing listing;
  private final InstantSource clock;
  private final AuditedDecisions audit;

  private ToolAuthorizer(Builder builder) {
    this.declared = builder.declared.build();
    this.sources = List.copyOf(builder.sources);
    this.points = new DecisionPoints(builder.points);
    this.listing = builder.listing;
    this.clock = builder.clock;
    this.audit = new AuditedDecisions(AuditTrail.to(builder.sinks), builder.clock);
    for (int i = 0; i < sources.size(); i++) {
      List<RulesSource> before = sources.subList(0, i);
      sources
          .get(i)
          .accepting(rules -> {
            declared.requireCompatible(rules);
            before.forEach(source -> source.current().requireCompatible(rules));
          });
    }
  }

  /**
   * Starts a declaration.
   *
   * @param serverDefault what every tool requires that is not declared, and every other request for
   *     the server's data
   */
  public static Builder builder(Requirement serverDefault) {
    return new Builder(serverDefault);
  }

  /** What a tool requires, by everything that is declared about it. */
  public Requirement requirement(String tool) {
    Requirement all = declared.requirement(tool);
    for (RulesSource source : sources) {
      all = all.and(source.current().requirement(tool));
    }
    return all;
  }

  /** The scopes that are needed to do anything at all: those of the server's default. */
  public Scope defaultScope() {
    Scope all = declared.byDefault().requirement().scope();
    for (RulesSource source : sources) {
      all = all.union(source.current().byDefault().requirement().scope());
    }
    return all;
  }

  /** Every scope that is named anywhere in the declaration. */
  public Scope declaredScopes() {
    Scope all = defaultScope();
    List<Rules> everything = new ArrayList<>();
    everything.add(declared);
    sources.forEach(source -> everything.add(source.current()));
    for (Rules rules : everything) {
      for (Requirement requirement : rules.requirements()) {
        all = all.union(requirement.scope());
      }
    }
    return all;
  }

  /** The tools that the code declares by name. */
  public SortedSet<String> declaredTools() {
    return declared.tools();
  }

  /** Whether a decision about this tool looks at the call's arguments. */
  public boolean looksAtArguments(String tool) {
    return points.lookAtArguments(tool);
  }

  /**
   * Whether the caller may call the tool, which need not exist. Asked without its arguments.
   *
   * @param caller null where nobody is logged in
   */
  public Decision call(@Nullable Caller caller, String tool) {
    return call(caller, tool, null);
  }

  /**
   * The same, of a call with these arguments.
   *
   * @param arguments the call's, an object; null where there are none
   */
  public Decision call(@Nullable Caller caller, String tool, @Nullable JsonNode arguments) {
    return ruling(caller, Question.CALL, tool, arguments).decision();
  }

  /** Whether the caller may send a request or notification other than {@code tools/call}. */
  public Decision request(@Nullable Caller caller, String method) {
    return isConversation(method) ? ALLOWED : ruling(caller, method, null, null).decision();
  }

  /**
   * Whether a message goes on: decided, and written to the audit trail. Once for each message, by
   * whoever carries the decision out.
   *
   * @param caller null where nobody is logged in
   * @param target the tool, the prompt or the resource that the message names; null for none
   * @param arguments of a call, an object; null where there are none
   */
  public Decision admit(
      @Nullable Caller caller,
      String method,
      @Nullable String target,
      @Nullable JsonNode arguments) {
    if (isConversation(method)) {
      return ALLOWED;
    }
    Ruling ruling = ruling(caller, method, target, arguments);
    audit.add(caller, method, target, ruling);
    return ruling.decision();
  }

  /**
   * Writes to the audit trail that somebody said who they are, beside a message, and was not
   * believed: by whoever refuses the message for it.
   *
   * @param target as {@link #admit}
   * @param error why, such as {@code invalid_token}
   */
  public void unbelieved(String method, @Nullable String target, ErrorCode error) {
    audit.addUnbelieved(method, target, error);
  }

  private static boolean isConversation(String method) {
    return CONVERSATION.contains(method) || method.startsWith("notifications/");
  }

  /**
   * Whether {@code tools/list} shows the tool to the caller. A login that is too weak or too old
   * hides nothing: the list would otherwise change as time goes by.
   *
   * @param caller null where nobody is logged in
   */
  public boolean isListed(@Nullable Caller caller, String tool) {
    return shows(call(caller, tool));
  }

  /** Those of the tools that are listed: {@link #isListed} of each, with fewer questions asked. */
  public SequencedSet<String> listed(@Nullable Caller caller, Collection<String> tools) {
    SequencedMap<String, Decision> decisions = new LinkedHashMap<>();
    for (String tool : tools) {
      decisions.put(tool, Evaluation.of(caller, rules(Question.CALL, tool), clock));
    }
    if (caller != null) {
      points.narrow(caller, decisions);
    }
    decisions.values().removeIf(decision -> !shows(decision));
    return new LinkedHashSet<>(decisions.keySet());
  }

  private boolean shows(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> true;
      case Decision.InsufficientAuthentication login ->
          login.required().isEmpty() || listing == Listing.REACHABLE;
      case Decision.InsufficientScope scope -> listing == Listing.REACHABLE;
      case Decision.LoginNeeded login -> listing == Listing.REACHABLE;
      case Decision.Refused refused -> false;
      case Decision.Unavailable unavailable -> false;
    };
  }

  private Ruling ruling(
      @Nullable Caller caller,
      String method,
      @Nullable String target,
      @Nullable JsonNode arguments) {
    List<Rule> rules = rules(method, target);
    Decision decision = Evaluation.of(caller, rules, clock);
    Ruling ruling = new Ruling(decision, rules, null);
    return caller != null && decision.isAllowed()
        ? points.narrow(ruling, caller, method, target, arguments)
        : ruling;
  }

  private List<Rule> rules(String method, @Nullable String target) {
    boolean isCall = method.equals(Question.CALL);
    String tool = isCall && target != null ? target : null;
    Rule own = tool == null ? declared.byDefault() : declared.of(tool);
    if (sources.isEmpty()) {
      return List.of(own);
    }
    List<Rule> all = new ArrayList<>(sources.size() + 1);
    all.add(own);
    for (RulesSource source : sources) {
      Rules rules = source.current();
      all.add(tool == null ? rules.byDefault() : rules.of(tool));
    }
    return all;
  }

  /** A declaration in the making. */
  public static final class Builder {
    private final Rules.Builder declared;
    private final List<RulesSource> sources = new ArrayList<>();
    private final List<DecisionPoint> points = new ArrayList<>();
    private Listing listing = Listing.GRANTED;
    private InstantSource clock = Clock.systemUTC();
    private AuditSink[] sinks = {new AuditLog()};

    private Builder(Requirement serverDefault) {
      this.declared = Rules.builder(serverDefault, "default");
    }

    /**
     * Declares what a tool requires, instead of the server's default.
     *
     * @throws IllegalArgumentException where the tool is declared already
     */
    public Builder tool(String name, Requirement requirement) {
      declared.tool(name, requirement, "tool " + name);
      return this;
    }

    /**
     * Declares what is written as {@link Requires} at classes and their methods, read now.
     *
     * @throws IllegalArgumentException where an annotation contradicts itself or another, says
     *     nothing, or declares a tool that is declared already; or a class has none
     */
    public Builder annotated(Class<?>... types) {
      for (Class<?> type : types) {
        RequiresReader.read(type).forEach(this::tool);
      }
      return this;
    }

    /** Says that whoever holds the broader scope holds the narrower ones too. */
    public Builder implies(String broader, String... narrower) {
      declared.implies(broader, narrower);
      return this;
    }

    /** Adds rules that somebody else keeps: both must allow. */
    public Builder rules(RulesSource source) {
      sources.add(source);
      return this;
    }

    /** Adds somebody else who decides: both must allow. */
    public Builder decisionPoint(DecisionPoint point) {
      points.add(point);
      return this;
    }

    /**
     * Where decisions are noted: in the log of {@link AuditLog} unless set; nowhere where this
     * names nothing.
     */
    public Builder audit(AuditSink... sinks) {
      this.sinks = sinks.clone();
      return this;
    }

    /** Which tools are shown; {@link Listing#GRANTED} unless said otherwise. */
    public Builder listing(Listing listing) {
      this.listing = listing;
      return this;
    }

    /** The clock that a maximum age is measured by. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * @throws IllegalArgumentException where the rules contradict each other, so that nobody could
     *     use a tool that is not closed
     */
    public ToolAuthorizer build() {
      return new ToolAuthorizer(this);
    }
  }
}

package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
 * <p>Immutable; safe for use by many threads at once.
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
     * Also those that more scope would allow, so that a client can call them, be challenged and ask
     * for it. A tool for another team stays hidden.
     */
    REACHABLE
  }

  private final Requirement serverDefault;
  private final Map<String, Requirement> tools;
  private final ScopeHierarchy hierarchy;
  private final Listing listing;
  private final InstantSource clock;

  private ToolAuthorizer(Builder builder) {
    this.serverDefault = builder.serverDefault;
    this.tools = Map.copyOf(builder.tools);
    this.hierarchy = ScopeHierarchy.of(builder.implied);
    this.listing = builder.listing;
    this.clock = builder.clock;
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

  /** What a tool requires: its declaration, else the server's default. */
  public Requirement requirement(String tool) {
    return tools.getOrDefault(tool, serverDefault);
  }

  /** The scopes that are needed to do anything at all: those of the server's default. */
  public Scope defaultScope() {
    return serverDefault.scope();
  }

  /** Every scope that is named anywhere in the declaration. */
  public Scope declaredScopes() {
    Scope all = serverDefault.scope();
    for (Requirement requirement : new TreeMap<>(tools).values()) {
      all = all.union(requirement.scope());
    }
    return all;
  }

  /** Whether the caller may call the tool, which need not exist. */
  public Decision call(Caller caller, String tool) {
    return decide(caller, requirement(tool));
  }

  /** Whether the caller may send a request or notification other than {@code tools/call}. */
  public Decision request(Caller caller, String method) {
    boolean conversation = CONVERSATION.contains(method) || method.startsWith("notifications/");
    return conversation ? ALLOWED : decide(caller, serverDefault);
  }

  /**
   * Whether {@code tools/list} shows the tool to the caller. A login that is too weak or too old
   * hides nothing: the list would otherwise change as time goes by.
   */
  public boolean isListed(Caller caller, String tool) {
    return switch (call(caller, tool)) {
      case Decision.Allowed allowed -> true;
      case Decision.InsufficientAuthentication login ->
          login.required().isEmpty() || listing == Listing.REACHABLE;
      case Decision.InsufficientScope scope -> listing == Listing.REACHABLE;
      case Decision.Refused refused -> false;
    };
  }

  private Decision decide(Caller caller, Requirement requirement) {
    if (requirement.closed()) {
      return new Decision.Refused("this is not open to anyone");
    }
    if (!requirement.anyTeam().isEmpty()
        && requirement.anyTeam().stream().noneMatch(caller.teams()::contains)) {
      return new Decision.Refused("this is open to certain teams only");
    }
    Scope missing = hierarchy.missing(requirement.scope(), caller.scope());
    if (!isAuthenticatedEnough(caller, requirement)) {
      return new Decision.InsufficientAuthentication(
          requirement.acrValues(),
          requirement.maximumAge(),
          missing.isEmpty() ? Scope.NONE : requirement.scope());
    }
    return missing.isEmpty()
        ? ALLOWED
        : new Decision.InsufficientScope(requirement.scope(), missing);
  }

  private boolean isAuthenticatedEnough(Caller caller, Requirement requirement) {
    String acr = caller.acr();
    if (!requirement.acrValues().isEmpty()
        && (acr == null || !requirement.acrValues().contains(acr))) {
      return false;
    }
    if (requirement.maximumAge() == null) {
      return true;
    }
    Instant authenticated = caller.authenticationTime();
    return authenticated != null
        && !authenticated.plus(requirement.maximumAge()).isBefore(clock.instant());
  }

  /** A declaration in the making. */
  public static final class Builder {
    private final Requirement serverDefault;
    private final Map<String, Requirement> tools = new LinkedHashMap<>();
    private final Map<String, Set<String>> implied = new HashMap<>();
    private Listing listing = Listing.GRANTED;
    private InstantSource clock = Clock.systemUTC();

    private Builder(Requirement serverDefault) {
      this.serverDefault = serverDefault;
    }

    /**
     * Declares what a tool requires, instead of the server's default.
     *
     * @throws IllegalArgumentException where the tool is declared already
     */
    public Builder tool(String name, Requirement requirement) {
      if (tools.putIfAbsent(name, requirement) != null) {
        throw new IllegalArgumentException("tool " + name + " is declared twice");
      }
      return this;
    }

    /** Says that whoever holds the broader scope holds the narrower ones too. */
    public Builder implies(String broader, String... narrower) {
      implied
          .computeIfAbsent(Scope.of(broader).toString(), any -> new LinkedHashSet<>())
          .addAll(Scope.of(narrower).values());
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

    public ToolAuthorizer build() {
      return new ToolAuthorizer(this);
    }
  }
}

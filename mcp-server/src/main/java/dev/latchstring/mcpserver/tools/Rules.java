package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One declaration: what each tool requires, and which scopes include others. It comes from the
 * server's code, or from somebody who does not own the code ({@link RulesSource}).
 *
 * <p>Of the rules that fit a tool's name one applies: the rule of the name itself, else that of the
 * longest prefix, else the default. Two prefixes of one length cannot fit the same name, so the
 * order in which rules are written never matters.
 *
 * <p>Immutable.
 */
public final class Rules {
  /** The most prefixes that one declaration may have. */
  public static final int MAX_PREFIXES = 256;

  private final Rule byDefault;
  private final Map<String, Rule> exact;
  private final List<Prefix> prefixes;

  private record Prefix(String start, Rule rule) {}

  /**
   * A requirement, where it comes from, and the scopes that it is measured by.
   *
   * @param name what an audit log calls it
   */
  record Rule(Requirement requirement, ScopeHierarchy hierarchy, String name) {}

  private Rules(Builder builder) {
    ScopeHierarchy hierarchy = ScopeHierarchy.of(builder.implied);
    this.byDefault = new Rule(builder.byDefault.requirement, hierarchy, builder.byDefault.name);
    this.exact = new HashMap<>();
    builder.exact.forEach(
        (tool, named) -> exact.put(tool, new Rule(named.requirement, hierarchy, named.name)));
    this.prefixes =
        builder.prefixes.entrySet().stream()
            .map(entry ->
                new Prefix(
                    entry.getKey(),
                    new Rule(entry.getValue().requirement, hierarchy, entry.getValue().name)))
            .sorted(Comparator.comparingInt((Prefix prefix) -> prefix.start().length()).reversed())
            .toList();
  }

  /**
   * Starts a declaration.
   *
   * @param byDefault what every tool requires that no rule fits, and every other request for the
   *     server's data
   * @param name what an audit log calls this rule
   */
  public static Builder builder(Requirement byDefault, String name) {
    return new Builder(byDefault, name);
  }

  Rule of(String tool) {
    Rule rule = exact.get(tool);
    if (rule != null) {
      return rule;
    }
    for (Prefix prefix : prefixes) {
      if (tool.startsWith(prefix.start())) {
        return prefix.rule();
      }
    }
    return byDefault;
  }

  Rule byDefault() {
    return byDefault;
  }

  /** What a tool requires by these rules. */
  public Requirement requirement(String tool) {
    return of(tool).requirement();
  }

  /** The tools that have a rule of their own name. */
  public SortedSet<String> tools() {
    return new TreeSet<>(exact.keySet());
  }

  /** The default's requirement, then those of the rules, by name. */
  List<Requirement> requirements() {
    List<Requirement> all = new ArrayList<>();
    all.add(byDefault.requirement());
    prefixes.forEach(prefix -> all.add(prefix.rule().requirement()));
    tools().forEach(tool -> all.add(of(tool).requirement()));
    return all;
  }

  /**
   * Whether somebody could fulfil what both require of each tool that either names.
   *
   * @throws IllegalArgumentException where nobody could, naming both rules
   */
  void requireCompatible(Rules other) {
    requireCompatible(byDefault, other.byDefault, "tools in general");
    Set<String> names = new LinkedHashSet<>(tools());
    names.addAll(other.tools());
    for (Prefix prefix : prefixes) {
      names.add(prefix.start());
    }
    for (Prefix prefix : other.prefixes) {
      names.add(prefix.start());
    }
    for (String name : names) {
      requireCompatible(of(name), other.of(name), name);
    }
  }

  private static void requireCompatible(Rule one, Rule two, String what) {
    String contradiction = one.requirement().contradiction(two.requirement());
    if (contradiction != null) {
      throw new IllegalArgumentException(
          "nobody could use "
              + what
              + ": the rules \""
              + one.name()
              + "\" and \""
              + two.name()
              + "\" contradict each other ("
              + contradiction
              + ")");
    }
  }

  /** A declaration in the making. */
  public static final class Builder {
    private final Named byDefault;
    private final Map<String, Named> exact = new LinkedHashMap<>();
    private final Map<String, Named> prefixes = new LinkedHashMap<>();
    private final Map<String, Set<String>> implied = new HashMap<>();

    private record Named(Requirement requirement, String name) {}

    private Builder(Requirement byDefault, String name) {
      this.byDefault = new Named(byDefault, name);
    }

    /**
     * What one tool requires.
     *
     * @throws IllegalArgumentException where the tool is declared already
     */
    public Builder tool(String tool, Requirement requirement, String name) {
      if (exact.putIfAbsent(tool, new Named(requirement, name)) != null) {
        throw new IllegalArgumentException("tool " + tool + " is declared twice");
      }
      return this;
    }

    /**
     * What the tools require whose names begin so, unless a longer prefix or their own name has a
     * rule.
     *
     * @throws IllegalArgumentException where it is empty or declared already, or there are more
     *     than {@value #MAX_PREFIXES}
     */
    public Builder prefix(String start, Requirement requirement, String name) {
      if (start.isEmpty()) {
        throw new IllegalArgumentException("a prefix of every name is the default");
      }
      if (prefixes.putIfAbsent(start, new Named(requirement, name)) != null) {
        throw new IllegalArgumentException("prefix " + start + " is declared twice");
      }
      if (prefixes.size() > MAX_PREFIXES) {
        throw new IllegalArgumentException("there are more than " + MAX_PREFIXES + " prefixes");
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

    public Rules build() {
      return new Rules(this);
    }
  }
}

package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.challenge.AuthenticationContext;
import dev.latchstring.authorizationserver.challenge.step.StepKind;
import dev.latchstring.authorizationserver.config.ChallengeSettings.Step;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for {@code challenge}: its steps and contexts. */
final class ChallengeReader {
  private static final int ATTEMPTS = 3;
  private static final Duration SESSION = Duration.ofHours(12);

  /** What an identifier of a step looks like: it travels, and is said in prompts' place. */
  private static final String ID = "[a-z][a-z0-9_-]{0,39}";

  private final Set<String> attributes;
  private final Map<String, Step> steps = new LinkedHashMap<>(builtIn());

  /**
   * @param attributes what people can be asked
   */
  ChallengeReader(Set<String> attributes) {
    this.attributes = attributes;
  }

  private static Map<String, Step> builtIn() {
    Map<String, Step> steps = new LinkedHashMap<>();
    steps.put("username", new Step("username", "identify", List.of("username"), 1, null));
    for (String kind : List.of("password", "pin", "totp", "passkey", "approval")) {
      steps.put(kind, new Step(kind, kind, List.of(), 1, null));
    }
    for (Channel channel : Channel.values()) {
      String id = channel.wireName();
      steps.put(id, new Step(id, "otp", List.of(), 1, channel));
    }
    return steps;
  }

  /** Where nothing is configured: what every account has, and what can be set up by its owner. */
  private static List<AuthenticationContext> usual() {
    return List.of(
        new AuthenticationContext(
            AuthenticationContext.PASSWORD,
            List.of(List.of("username"), List.of("password", "pin")),
            null,
            true,
            null,
            false),
        new AuthenticationContext(
            AuthenticationContext.MFA,
            List.of(
                List.of("username"),
                List.of("password", "pin", "passkey"),
                List.of("totp", "passkey", "approval")),
            null,
            true,
            null,
            true));
  }

  ChallengeSettings read(ConfigurationFile.@Nullable Challenge file, ServiceReader services) {
    if (file == null) {
      return new ChallengeSettings(steps, usual(), ATTEMPTS, SESSION, null);
    }
    if (file.steps() != null) {
      file.steps().forEach(this::addStep);
    }
    List<AuthenticationContext> contexts = file.contexts() == null ? usual() : contexts(file);
    int attempts = file.attempts() == null ? ATTEMPTS : file.attempts();
    if (attempts < 1 || attempts > 10) {
      throw wrong("attempts: must be from 1 to 10");
    }
    Duration session =
        Durations.parse(
            "challenge.session",
            file.session(),
            SESSION,
            Duration.ofMinutes(1),
            Duration.ofDays(90));
    return new ChallengeSettings(steps, contexts, attempts, session, risk(file.risk(), services));
  }

  private static @Nullable ServiceSettings risk(
      ConfigurationFile.@Nullable Service risk, ServiceReader services) {
    return risk == null
        ? null
        : services.read(
            "challenge.risk", risk.url(), risk.token(), risk.signingKey(), risk.caFile());
  }

  private void addStep(String id, ConfigurationFile.ChallengeStep step) {
    if (!id.matches(ID)) {
      throw wrong("steps: '" + id + "' is no name; use small letters, digits, - and _");
    }
    String kind = step.kind();
    List<String> kinds = Arrays.stream(StepKind.values()).map(StepKind::wireName).toList();
    if (kind == null || !kinds.contains(kind)) {
      throw wrong("steps: '" + id + "' needs a kind: " + String.join(", ", kinds));
    }
    List<String> ask = step.ask() == null ? List.of() : step.ask();
    boolean asks = kind.equals("identify") || kind.equals("knowledge");
    if (asks == ask.isEmpty() || ask.size() > 6 || new HashSet<>(ask).size() != ask.size()) {
      throw wrong(
          asks
              ? "steps: '" + id + "' needs ask: one to six different attributes"
              : "steps: '" + id + "': ask is for identify and knowledge alone");
    }
    for (String attribute : ask) {
      if (!attributes.contains(attribute)) {
        throw wrong(
            "steps: '"
                + id
                + "' asks for '"
                + attribute
                + "', which is no attribute; there are "
                + String.join(", ", new TreeSet<>(attributes)));
      }
    }
    int matches = step.matches() == null ? ask.size() : step.matches();
    if (step.matches() != null
        && (!kind.equals("knowledge") || matches < 1 || matches > ask.size())) {
      throw wrong(
          "steps: matches of '" + id + "' is for knowledge: from 1 to as many as are asked for");
    }
    steps.put(id, new Step(id, kind, ask, matches, channel(id, kind, step.channel())));
  }

  private static @Nullable Channel channel(String id, String kind, @Nullable String name) {
    if (!kind.equals("otp")) {
      if (name != null) {
        throw wrong("steps: '" + id + "': channel is for otp alone");
      }
      return null;
    }
    return Arrays.stream(Channel.values())
        .filter(channel -> channel.wireName().equals(name))
        .findFirst()
        .orElseThrow(() -> wrong("steps: '" + id + "' needs a channel: sms, email or voice"));
  }

  private List<AuthenticationContext> contexts(ConfigurationFile.Challenge file) {
    List<ConfigurationFile.ChallengeContext> given = file.contexts();
    if (given == null || given.isEmpty() || given.size() > 20) {
      throw wrong("contexts: must be one to twenty, the weakest first");
    }
    Set<String> seen = new HashSet<>();
    List<AuthenticationContext> contexts = new ArrayList<>();
    for (ConfigurationFile.ChallengeContext context : given) {
      AuthenticationContext one = context(context);
      if (!seen.add(one.acr())) {
        throw wrong("contexts: '" + one.acr() + "' is there twice");
      }
      contexts.add(one);
    }
    return contexts;
  }

  private AuthenticationContext context(ConfigurationFile.ChallengeContext context) {
    String acr = context.acr();
    if (acr == null || !acr.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}")) {
      throw wrong("contexts: each needs an acr, a name without spaces");
    }
    List<List<String>> slots = slots(acr, context.steps());
    boolean fewKnow = slots.stream().anyMatch(slot -> kinds(slot).contains(StepKind.KNOWLEDGE));
    boolean guessed =
        slots.stream().skip(1).allMatch(slot -> kinds(slot).contains(StepKind.KNOWLEDGE));
    if (acr.equals(AuthenticationContext.MFA) && (fewKnow || slots.size() < 3)) {
      throw wrong(
          "contexts: '" + acr + "' is two factors, neither of them knowledge; name another acr");
    }
    Scope scopes = scopes(acr, context.scopes());
    if (guessed && scopes == null) {
      throw wrong(
          "contexts: '"
              + acr
              + "' proves little, for what is on file is known to others; name the scopes that it"
              + " may reach");
    }
    if (guessed && scopes != null && scopes.contains(ResourcePolicy.APPROVALS)) {
      throw wrong("contexts: '" + acr + "' proves too little to approve what others ask");
    }
    if (guessed && Boolean.TRUE.equals(context.refresh())) {
      throw wrong("contexts: '" + acr + "' proves too little for refresh tokens");
    }
    boolean refresh = !guessed && !Boolean.FALSE.equals(context.refresh());
    Duration after =
        context.reauthenticateAfter() == null
            ? null
            : Durations.parse(
                "challenge.contexts.reauthenticate_after",
                context.reauthenticateAfter(),
                SESSION,
                Duration.ofMinutes(1),
                Duration.ofDays(3650));
    return new AuthenticationContext(
        acr, slots, scopes, refresh, after, !fewKnow && slots.size() > 2);
  }

  /** A slot is one step, or a list of steps of which one is enough. */
  private List<List<String>> slots(String acr, @Nullable List<JsonNode> given) {
    List<List<String>> slots = new ArrayList<>();
    for (JsonNode slot : given == null ? List.<JsonNode>of() : given) {
      List<String> ids =
          slot.isArray() ? slot.values().stream().map(this::id).toList() : List.of(id(slot));
      for (String id : ids) {
        if (!steps.containsKey(id)) {
          throw wrong(
              "contexts: '"
                  + acr
                  + "' has the step '"
                  + id
                  + "', which is not there; there are "
                  + String.join(", ", steps.keySet()));
        }
      }
      slots.add(ids);
    }
    boolean first = slots.size() > 1 && kinds(slots.getFirst()).equals(Set.of(StepKind.IDENTIFY));
    boolean others =
        slots.stream().skip(1).noneMatch(slot -> kinds(slot).contains(StepKind.IDENTIFY));
    if (!first || !others || slots.size() > 6 || slots.stream().anyMatch(List::isEmpty)) {
      throw wrong(
          "contexts: the steps of '"
              + acr
              + "' begin with one of the kind identify, and then have others that prove who it is");
    }
    requireDifferent(acr, slots);
    return slots;
  }

  /** Somebody who has answered one must be able to answer the next by another kind. */
  private void requireDifferent(String acr, List<List<String>> slots) {
    Set<StepKind> only = new HashSet<>();
    for (List<String> slot : slots) {
      Set<StepKind> kinds = kinds(slot);
      if (kinds.size() == 1 && !only.addAll(kinds)) {
        throw wrong("contexts: '" + acr + "' asks for the same kind twice");
      }
    }
  }

  private String id(JsonNode node) {
    return node.isString() ? node.asString() : "";
  }

  private Set<StepKind> kinds(List<String> slot) {
    Set<StepKind> kinds = new HashSet<>();
    for (String id : slot) {
      Step step = steps.get(id);
      if (step != null) {
        kinds.add(StepKind.named(step.kind()));
      }
    }
    return kinds;
  }

  private static @Nullable Scope scopes(String acr, @Nullable List<String> scopes) {
    try {
      return scopes == null ? null : Scope.of(scopes);
    } catch (OAuthException e) {
      throw wrong("contexts: a scope of '" + acr + "' cannot be used: " + e.description());
    }
  }

  private static ConfigurationException wrong(String why) {
    return new ConfigurationException("challenge: " + why);
  }
}

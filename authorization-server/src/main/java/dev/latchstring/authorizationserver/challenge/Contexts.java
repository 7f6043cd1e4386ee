package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.challenge.Login.Proof;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which authentication contexts there are, which one a request needs, and what it lacks. */
public final class Contexts {
  /** The kinds that a thief of a public client's name cannot answer for somebody else. */
  private static final Set<String> UNSTEALABLE = Set.of("passkey", "approval");

  private final List<AuthenticationContext> contexts;
  private final Map<String, Step> steps;

  /**
   * @param contexts the first that reaches a scope is what the scope needs
   * @param steps every step of every context, by its identifier
   */
  public Contexts(List<AuthenticationContext> contexts, Map<String, Step> steps) {
    this.contexts = List.copyOf(contexts);
    this.steps = Map.copyOf(steps);
  }

  Step step(String id) {
    return Objects.requireNonNull(steps.get(id), id);
  }

  boolean knows(String id) {
    return steps.containsKey(id);
  }

  Optional<AuthenticationContext> find(@Nullable String acr) {
    return contexts.stream().filter(context -> context.acr().equals(acr)).findFirst();
  }

  /** Every {@code acr} there is, for metadata. */
  public List<String> names() {
    return contexts.stream().map(AuthenticationContext::acr).toList();
  }

  /** Whether a login in this context may be refreshed without the person. */
  public boolean refreshes(@Nullable String acr) {
    return find(acr).map(AuthenticationContext::refresh).orElse(true);
  }

  /**
   * The context that a request needs.
   *
   * @param wanted {@code acr_values}; null where none is named
   * @throws OAuthException {@code unmet_authentication_requirements} where none of those is there
   *     and reaches the scope; {@code invalid_scope} where none reaches it
   */
  AuthenticationContext choose(@Nullable List<String> wanted, Scope scope) {
    Scope asked = scope.minus(ScopePolicy.IDENTITY);
    if (wanted == null) {
      return contexts.stream()
          .filter(context -> context.reaches(asked))
          .findFirst()
          .orElseThrow(() ->
              new OAuthException(
                  ErrorCode.INVALID_SCOPE, "no authentication context here reaches " + asked));
    }
    return wanted.stream()
        .flatMap(acr -> find(acr).stream())
        .filter(context -> context.reaches(asked))
        .findFirst()
        .orElseThrow(() ->
            new OAuthException(
                ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
                "none of the acr values is had here for this scope; there are "
                    + String.join(", ", names())));
  }

  /** Whether a client that has not proven that it is itself can get anywhere in a context. */
  boolean isOpenToAnybody(AuthenticationContext context) {
    return context.slots().stream()
        .filter(slot -> !identifies(slot))
        .allMatch(slot -> slot.stream().anyMatch(this::isUnstealable));
  }

  /**
   * The steps of which one has to be answered next; nothing where nothing is missing. A list that
   * is empty is a step that nobody can answer.
   */
  Optional<List<String>> missing(AuthenticationContext context, Login login) {
    Set<String> kinds = new HashSet<>();
    for (List<String> slot : context.slots()) {
      Optional<Proof> proof = proof(slot, login, kinds);
      if (identifies(slot) ? login.person() == null : proof.isEmpty()) {
        return Optional.of(slot.stream().filter(id -> mayBeAsked(id, login, kinds)).toList());
      }
      proof.ifPresent(found -> kinds.add(found.kind()));
    }
    return Optional.empty();
  }

  /** What in a login counts for a context. */
  record Evidence(Instant authenticationTime, List<String> amr) {}

  /**
   * @throws IllegalStateException where something is missing
   */
  Evidence evidence(AuthenticationContext context, Login login) {
    Set<String> kinds = new HashSet<>();
    Set<String> amr = new TreeSet<>();
    long oldest = Long.MAX_VALUE;
    for (List<String> slot : context.slots()) {
      if (!identifies(slot)) {
        Proof proof = proof(slot, login, kinds).orElseThrow(IllegalStateException::new);
        kinds.add(proof.kind());
        amr.addAll(proof.amr());
        oldest = Math.min(oldest, proof.at());
      }
    }
    if (context.multiple()) {
      amr.add("mfa");
    }
    return new Evidence(Instant.ofEpochMilli(oldest), new ArrayList<>(amr));
  }

  private boolean identifies(List<String> slot) {
    return step(slot.getFirst()).identifies();
  }

  private boolean isUnstealable(String id) {
    return UNSTEALABLE.contains(step(id).kind());
  }

  private static Optional<Proof> proof(List<String> slot, Login login, Set<String> usedKinds) {
    return login.proofs().stream()
        .filter(proof -> slot.contains(proof.step()))
        .filter(proof -> proof.at() >= login.notBefore())
        .filter(proof -> !usedKinds.contains(proof.kind()))
        .findFirst();
  }

  /** The second factor is of another kind than the first. */
  private boolean mayBeAsked(String id, Login login, Set<String> usedKinds) {
    Step step = step(id);
    return step.identifies()
        || (!usedKinds.contains(step.kind()) && (!login.limited() || isUnstealable(id)));
  }
}

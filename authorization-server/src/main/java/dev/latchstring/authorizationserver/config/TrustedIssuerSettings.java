package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Somebody else whose tokens are accepted, and for what.
 *
 * @param issuer its {@code iss}, compared as text
 * @param jwks its keys by value, or null
 * @param jwksUri where its keys are, or null; where both are null its metadata says
 * @param algorithms what it may sign with, asymmetric alone
 * @param audiences what the {@code aud} of a workload's token may be; empty for the issuer of this
 *     server and its token endpoint
 * @param clients the clients that may present its tokens; empty for every one that is registered
 *     for the grant
 * @param clientIds what clients of this server are called there, where that differs: the {@code
 *     aud} of its id tokens
 * @param maxLifetime how far away {@code exp} may be, and how long ago {@code iat}
 * @param singleUse whether a workload's token is accepted once
 * @param tenant the only {@code tenant} of an issuer that has several, or null
 * @param resources what an ID-JAG may be for; empty for every resource that is known
 * @param scope the most that an ID-JAG may give; null for what the resource has
 */
public record TrustedIssuerSettings(
    String issuer,
    @Nullable JsonNode jwks,
    @Nullable URI jwksUri,
    Set<Use> uses,
    Set<String> algorithms,
    Set<String> audiences,
    Set<String> clients,
    Map<String, String> clientIds,
    Duration maxLifetime,
    boolean singleUse,
    @Nullable String tenant,
    Set<String> resources,
    @Nullable Scope scope,
    People people,
    List<Workload> workloads) {

  public TrustedIssuerSettings {
    uses = Set.copyOf(uses);
    algorithms = Set.copyOf(algorithms);
    audiences = Set.copyOf(audiences);
    clients = Set.copyOf(clients);
    clientIds = Map.copyOf(clientIds);
    resources = Set.copyOf(resources);
    workloads = List.copyOf(workloads);
  }

  /** What its tokens are accepted as. */
  public enum Use {
    /** RFC 7523 §2.1. A workload's identity. */
    WORKLOAD,
    /** draft-ietf-oauth-identity-assertion-authz-grant §4.4. */
    ID_JAG,
    /** RFC 8693 §2.1. An id token that is exchanged. */
    SUBJECT_TOKEN
  }

  /**
   * Who the people are that it speaks of.
   *
   * @param claim the claim that is the username of an account
   * @param provision whether those without an account are let in, under a name of the issuer's
   * @param teams the teams of those without an account
   */
  public record People(String claim, boolean provision, List<String> teams) {
    static final People DEFAULT = new People("sub", false, List.of());

    public People {
      teams = List.copyOf(teams);
    }
  }

  /**
   * Which workloads may have what.
   *
   * @param subject the {@code sub}; with {@code *} at its end, how it begins
   * @param claims other claims that must have a value: a name, or a JSON pointer to a nested one
   * @param as the {@code sub} of the tokens; null for one made of issuer and subject
   * @param resources what the tokens may be for
   * @param scope the most they may give
   */
  public record Workload(
      String subject,
      Map<String, String> claims,
      @Nullable String as,
      List<String> resources,
      Scope scope,
      List<String> teams) {
    public Workload {
      claims = Map.copyOf(claims);
      resources = List.copyOf(resources);
      teams = List.copyOf(teams);
    }

    /** Whether a subject is one of these. */
    public boolean covers(String candidate) {
      return subject.endsWith("*")
          ? candidate.startsWith(subject.substring(0, subject.length() - 1))
          : candidate.equals(subject);
    }
  }
}

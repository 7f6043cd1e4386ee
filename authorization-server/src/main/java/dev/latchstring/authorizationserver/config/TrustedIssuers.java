package dev.latchstring.authorizationserver.config;

import static dev.latchstring.authorizationserver.config.KnownNames.hint;
import static dev.latchstring.authorizationserver.config.KnownNames.required;
import static dev.latchstring.authorizationserver.config.KnownNames.requiredList;

import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.People;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Workload;
import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for one entry of {@code trusted_issuers}. */
final class TrustedIssuers {
  private static final Duration PERSONS_LIFETIME = Duration.ofHours(1);
  private static final Duration WORKLOADS_LIFETIME = Duration.ofHours(24);
  private static final int MAX_TEXT = 512;

  private final KnownNames names;

  TrustedIssuers(KnownNames names) {
    this.names = names;
  }

  TrustedIssuerSettings one(ConfigurationFile.TrustedIssuer entry) {
    String issuer = required("trusted_issuers: issuer", entry.issuer());
    if (issuer.length() > HttpsUri.MAX_LENGTH
        || issuer.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '#')) {
      throw new ConfigurationException(
          "trusted_issuers: an issuer has only visible ASCII characters, without spaces and #");
    }
    String where = "trusted_issuers: '" + issuer + "': ";
    Set<Use> uses = uses(where, entry.use());
    requireFitting(where, uses, entry);
    List<String> clients = entry.clients() == null ? List.of() : entry.clients();
    clients.forEach(client -> names.client(where + "clients", client, grant(uses)));
    return new TrustedIssuerSettings(
        issuer,
        jwks(where, entry),
        keysAt(where, issuer, entry),
        uses,
        algorithms(where, entry.algorithms()),
        texts(where + "audiences", entry.audiences()),
        Set.copyOf(clients),
        entry.clientIds() == null ? Map.of() : entry.clientIds(),
        Durations.parse(
            where + "max_lifetime",
            entry.maxLifetime(),
            uses.contains(Use.WORKLOAD) ? WORKLOADS_LIFETIME : PERSONS_LIFETIME,
            Duration.ofMinutes(1),
            Duration.ofDays(30)),
        Boolean.TRUE.equals(entry.singleUse()),
        entry.tenant(),
        entry.resources() == null
            ? Set.of()
            : Set.copyOf(names.resources(where + "resources", entry.resources())),
        KnownNames.scope(where + "scope", entry.scope()),
        people(where, entry.accounts()),
        workloads(where, entry.workloads()));
  }

  private static String grant(Set<Use> uses) {
    return uses.equals(EnumSet.of(Use.SUBJECT_TOKEN))
        ? GrantTypes.TOKEN_EXCHANGE
        : GrantTypes.JWT_BEARER;
  }

  private static Set<Use> uses(String where, @Nullable List<String> texts) {
    Set<Use> uses = EnumSet.noneOf(Use.class);
    List<String> known =
        Arrays.stream(Use.values()).map(use -> use.name().toLowerCase(Locale.ROOT)).toList();
    for (String text : requiredList(where + "use", texts)) {
      if (!known.contains(text)) {
        throw new ConfigurationException(
            where + "use has the unknown '" + text + "'" + hint(text, known));
      }
      uses.add(Use.valueOf(text.toUpperCase(Locale.ROOT)));
    }
    return uses;
  }

  /** What has no effect with the uses that are named is a misunderstanding. */
  private static void requireFitting(
      String where, Set<Use> uses, ConfigurationFile.TrustedIssuer entry) {
    boolean workload = uses.contains(Use.WORKLOAD);
    boolean people = uses.contains(Use.ID_JAG) || uses.contains(Use.SUBJECT_TOKEN);
    boolean ofWorkloads =
        entry.workloads() != null || entry.audiences() != null || entry.singleUse() != null;
    if (!workload && ofWorkloads) {
      throw new ConfigurationException(
          where + "workloads, audiences and single_use have a meaning with use workload only");
    }
    if (workload && entry.workloads() == null) {
      throw new ConfigurationException(
          where + "use workload needs workloads: which of them may have what");
    }
    if (!people && entry.accounts() != null) {
      throw new ConfigurationException(
          where + "accounts has a meaning with use id_jag or subject_token only");
    }
    if (!uses.contains(Use.ID_JAG) && (entry.resources() != null || entry.scope() != null)) {
      throw new ConfigurationException(
          where
              + "resources and scope have a meaning with use id_jag only; those of workloads stand in each");
    }
    if (!uses.contains(Use.SUBJECT_TOKEN) && entry.clientIds() != null) {
      throw new ConfigurationException(
          where + "client_ids has a meaning with use subject_token only");
    }
  }

  private static @Nullable JsonNode jwks(String where, ConfigurationFile.TrustedIssuer entry) {
    JsonNode jwks = entry.jwks();
    if (jwks == null) {
      return null;
    }
    if (entry.jwksUri() != null) {
      throw new ConfigurationException(where + "has both jwks and jwks_uri; keep one");
    }
    try {
      ClientMetadataRules.publicKeys(jwks);
    } catch (OAuthException e) {
      throw new ConfigurationException(where + e.description());
    }
    return jwks;
  }

  private static @Nullable URI keysAt(
      String where, String issuer, ConfigurationFile.TrustedIssuer entry) {
    if (entry.jwksUri() != null) {
      return address(where + "jwks_uri", entry.jwksUri());
    }
    if (entry.jwks() == null) {
      requireHttps(where + "without jwks and jwks_uri, issuer", issuer);
    }
    return null;
  }

  static URI requireHttps(String where, String text) {
    try {
      return HttpsUri.requireIssuer(text);
    } catch (OAuthException e) {
      throw new ConfigurationException(
          where + ": '" + text + "' must be an https URL (http only on loopback), without query");
    }
  }

  private static URI address(String where, String text) {
    try {
      URI uri = new URI(text);
      if (HttpsUri.isHttpsOrLoopback(uri)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls to the same answer.
    }
    throw new ConfigurationException(
        where + ": '" + text + "' must be an https URL (http only on loopback)");
  }

  private static Set<String> algorithms(String where, @Nullable List<String> texts) {
    List<String> known = ClientMetadataRules.ASSERTION_ALGORITHMS;
    if (texts == null) {
      return Set.copyOf(known);
    }
    for (String text : requiredList(where + "algorithms", texts)) {
      if (!known.contains(text)) {
        throw new ConfigurationException(
            where + "algorithms has '" + text + "', which is not accepted" + hint(text, known));
      }
    }
    return Set.copyOf(texts);
  }

  private static Set<String> texts(String where, @Nullable List<String> texts) {
    return texts == null ? Set.of() : Set.copyOf(requiredList(where, texts));
  }

  private static People people(String where, ConfigurationFile.@Nullable People people) {
    if (people == null) {
      return People.DEFAULT;
    }
    boolean provision = Boolean.TRUE.equals(people.provision());
    if (people.teams() != null && !provision) {
      throw new ConfigurationException(
          where + "accounts.teams are those of people without an account: set provision, too");
    }
    return new People(
        people.claim() == null ? People.DEFAULT.claim() : people.claim(),
        provision,
        people.teams() == null ? List.of() : people.teams());
  }

  private List<Workload> workloads(
      String where, @Nullable List<ConfigurationFile.Workload> workloads) {
    if (workloads == null) {
      return List.of();
    }
    List<Workload> all = new ArrayList<>();
    for (ConfigurationFile.Workload workload : requiredList(where + "workloads", workloads)) {
      all.add(workload(where + "workloads: ", workload));
    }
    return all;
  }

  private Workload workload(String where, ConfigurationFile.Workload workload) {
    String subject = required(where + "subject", workload.subject());
    Map<String, String> claims = workload.claims() == null ? Map.of() : workload.claims();
    int star = subject.indexOf('*');
    if (star >= 0 && star < subject.length() - 1) {
      throw new ConfigurationException(where + "'" + subject + "': a * may stand at the end only");
    }
    if (star == 0 && claims.isEmpty()) {
      throw new ConfigurationException(
          where + "'*' would be everybody whom the issuer knows; say more, or name claims");
    }
    String as = workload.as();
    if (as != null && (as.isBlank() || as.length() > MAX_TEXT)) {
      throw new ConfigurationException(where + "as: must have 1 to " + MAX_TEXT + " characters");
    }
    if (as != null && star >= 0) {
      throw new ConfigurationException(
          where + "'" + subject + "': as would give many workloads one name");
    }
    Scope scope = KnownNames.scope(where + "scope", required(where + "scope", workload.scope()));
    return new Workload(
        subject,
        claims,
        as,
        names.resources(where + "resources", workload.resources()),
        scope == null ? Scope.NONE : scope,
        workload.teams() == null ? List.of() : workload.teams());
  }
}

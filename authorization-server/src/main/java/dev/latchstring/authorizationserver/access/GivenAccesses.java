package dev.latchstring.authorizationserver.access;

import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.consent.Consent;
import dev.latchstring.authorizationserver.consent.ConsentStore;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The programs that a person has let in. Several logins of one program at one resource are one
 * entry: who takes access back means all of it.
 */
public final class GivenAccesses {
  /** The most logins and the most consents that are looked at. */
  static final int LIMIT = 500;

  private final Database database;
  private final GrantStore grants;
  private final ConsentStore consents;
  private final AuthorizationCodeStore codes;

  public GivenAccesses(
      Database database, GrantStore grants, ConsentStore consents, AuthorizationCodeStore codes) {
    this.database = database;
    this.grants = grants;
    this.consents = consents;
    this.codes = codes;
  }

  private record Key(String clientId, String resource) {}

  /** What a person has given and not taken back, the latest first. */
  public List<GivenAccess> of(String subject) {
    Map<Key, GivenAccess> all = new LinkedHashMap<>();
    for (GivenGrant grant : grants.live(subject, LIMIT)) {
      all.merge(
          new Key(grant.clientId(), grant.resource()),
          new GivenAccess(
              grant.clientId(),
              grant.resource(),
              grant.scope(),
              grant.claims().all(),
              grant.createdAt(),
              1,
              false),
          GivenAccesses::together);
    }
    for (Consent consent : consents.of(subject, LIMIT)) {
      all.merge(
          new Key(consent.clientId(), consent.resource()),
          new GivenAccess(
              consent.clientId(),
              consent.resource(),
              consent.scope(),
              consent.claims(),
              consent.givenAt(),
              0,
              true),
          GivenAccesses::together);
    }
    return all.values().stream()
        .sorted(Comparator.comparing(GivenAccess::since).reversed())
        .toList();
  }

  private static GivenAccess together(GivenAccess a, GivenAccess b) {
    return new GivenAccess(
        a.clientId(),
        a.resource(),
        union(a.scope(), b.scope()),
        Stream.concat(a.claims().stream(), b.claims().stream()).distinct().sorted().toList(),
        earlier(a.since(), b.since()),
        a.logins() + b.logins(),
        a.remembered() || b.remembered());
  }

  private static Scope union(Scope a, Scope b) {
    return a.values().size() + b.values().size() > Scope.MAX_TOKENS ? a : a.union(b);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** Takes back everything that a program was given for a resource; again does nothing. */
  public void withdraw(String subject, String clientId, String resource) {
    database.write(handle -> {
      grants.revokeAll(handle, subject, clientId, resource);
      consents.forget(handle, subject, clientId, resource);
      codes.withdraw(handle, subject, clientId, resource);
      return true;
    });
  }
}

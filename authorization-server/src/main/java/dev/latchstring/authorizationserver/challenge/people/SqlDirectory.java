package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.PeopleSettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The operator's own database, asked by the operator's own queries.
 *
 * <p>An answer is bound to a parameter by its name and is never part of a query's text.
 */
final class SqlDirectory implements Directory {
  private static final String WHERE = "challenge.people.sql";

  private final SqlConnections connections;
  private final NormalForms forms;
  private final List<CheckedQuery> queries;
  private final CheckedQuery personQuery;

  private SqlDirectory(
      SqlConnections connections,
      NormalForms forms,
      List<CheckedQuery> queries,
      CheckedQuery personQuery) {
    this.connections = connections;
    this.forms = forms;
    this.queries = queries;
    this.personQuery = personQuery;
  }

  /**
   * @throws ConfigurationException where the database cannot be reached, or a query cannot be used
   */
  static SqlDirectory open(PeopleSettings.Sql settings, NormalForms forms) {
    SqlConnections connections = SqlConnections.open(settings);
    try {
      List<CheckedQuery> queries = new ArrayList<>();
      for (String sql : settings.queries()) {
        CheckedQuery query = connections.check(WHERE + ".query", sql);
        for (String parameter : query.parameters()) {
          if (!forms.isKnown(parameter)) {
            throw new ConfigurationException(
                WHERE + ".query: :" + parameter + " is not an attribute of challenge.attributes");
          }
        }
        queries.add(query);
      }
      CheckedQuery person = connections.check(WHERE + ".person_query", settings.personQuery());
      if (!person.parameters().equals(Set.of("id"))) {
        throw new ConfigurationException(
            WHERE + ".person_query: must have the parameter :id, and no other");
      }
      return new SqlDirectory(connections, forms, queries, person);
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
  }

  /** The first query all of whose parameters are answered, and that can tell the rest apart. */
  private Optional<CheckedQuery> queryFor(Set<String> attributes) {
    return queries.stream()
        .filter(query -> attributes.containsAll(query.parameters()))
        .filter(query -> attributes.stream().allMatch(query::hasParameterOrColumn))
        .findFirst();
  }

  @Override
  public boolean identifiesBy(Set<String> attributes) {
    return !attributes.isEmpty() && queryFor(attributes).isPresent();
  }

  @Override
  public Set<String> compares(Set<String> attributes) {
    return queryFor(attributes).map(CheckedQuery::parameters).orElse(Set.of());
  }

  @Override
  public List<Candidate> candidates(Map<String, String> answers) {
    CheckedQuery query = queryFor(answers.keySet()).orElseThrow();
    Map<String, String> bound = new HashMap<>(answers);
    bound.keySet().retainAll(query.parameters());
    return run(query, bound);
  }

  @Override
  public Optional<Candidate> byId(String id) {
    List<Candidate> found = run(personQuery, Map.of("id", id));
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  private List<Candidate> run(CheckedQuery checked, Map<String, String> bound) {
    return connections.query(handle -> {
      Query query = query(handle, checked, bound);
      return query.setMaxRows(MOST + 1).map((row, context) -> SqlRow.read(row, forms)).list();
    });
  }

  private static Query query(Handle handle, CheckedQuery checked, Map<String, String> bound) {
    Query query = handle.createQuery(checked.sql());
    bound.forEach(query::bind);
    return query;
  }

  /**
   * A number where ids are numbers, a UUID where they are UUIDs: another text is an error there.
   */
  @Override
  public String decoyId(byte[] seed) {
    ByteBuffer bits = ByteBuffer.wrap(seed);
    return switch (personQuery.idType()) {
      case NUMBER -> String.valueOf(1 + Math.floorMod(bits.getInt(), 32_000));
      case UUID -> new UUID(bits.getLong(), bits.getLong()).toString();
      case TEXT -> AnswerHashes.asSubject(seed);
    };
  }

  @Override
  public boolean comparesKnowledge() {
    return false;
  }

  @Override
  public boolean knows(String id, String attribute, String answer) {
    throw new IllegalStateException("answers are compared here");
  }

  @Override
  public void close() {
    connections.close();
  }

  /** What a caller is told, whoever was asked for. */
  static OAuthException unavailable(String detail) {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE, "this cannot be checked now; try again soon")
        .withDetail("people: " + Objects.requireNonNull(detail));
  }
}

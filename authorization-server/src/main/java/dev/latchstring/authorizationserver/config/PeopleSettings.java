package dev.latchstring.authorizationserver.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom a login by challenge is about: {@code challenge.people} and {@code challenge.attributes}.
 *
 * @param source where people are looked up
 * @param attributes what they can be asked, by name: those that are built in, and the operator's
 */
public record PeopleSettings(Source source, Map<String, AttributeSettings> attributes) {
  /** The server's own accounts, and what is built in. */
  public static final PeopleSettings DEFAULT =
      new PeopleSettings(new Accounts(), AttributeSettings.BUILT_IN);

  public PeopleSettings {
    attributes = Map.copyOf(attributes);
  }

  /** Where people are looked up. */
  public sealed interface Source {}

  /** The server's own accounts. */
  public record Accounts() implements Source {}

  /**
   * The operator's own database.
   *
   * @param name the first part of {@code sub}, before {@code #}
   * @param url JDBC, of PostgreSQL or of an SQLite file
   * @param connections the most at once
   * @param queries each finds candidates by some attributes, which are its named parameters
   * @param personQuery finds a person by {@code :id}
   */
  public record Sql(
      String name,
      String url,
      @Nullable String user,
      @Nullable String password,
      int connections,
      List<String> queries,
      String personQuery)
      implements Source {
    public Sql {
      queries = List.copyOf(queries);
    }

    /** Without what is secret: a URL may have a password in it. */
    @Override
    public String toString() {
      return "Sql[" + name + "]";
    }
  }

  /**
   * A service of the operator's.
   *
   * @param name the first part of {@code sub}, before {@code #}
   * @param compares whether the service compares answers itself and never returns them
   */
  public record Http(String name, ServiceSettings service, boolean compares) implements Source {}
}

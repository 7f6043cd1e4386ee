package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.config.ConfigurationFile.CallerAttribute;
import dev.latchstring.authorizationserver.config.ConfigurationFile.CallerPeople;
import dev.latchstring.authorizationserver.config.ConfigurationFile.HttpPeople;
import dev.latchstring.authorizationserver.config.ConfigurationFile.SqlPeople;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for {@code challenge.people} and {@code challenge.attributes}. */
final class PeopleReader {
  private static final String PEOPLE = "challenge.people";
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

  private final Path base;
  private final SecretSource secrets;

  /**
   * @param base what a relative path is relative to
   */
  PeopleReader(Path base, Map<String, String> environment) {
    this.base = base;
    this.secrets = new SecretSource(environment, base);
  }

  /**
   * @throws ConfigurationException where a setting cannot be used, with what to change
   */
  PeopleSettings read(ConfigurationFile.@Nullable Challenge file) {
    return file == null
        ? PeopleSettings.DEFAULT
        : new PeopleSettings(source(file.people()), attributes(file.attributes()));
  }

  private static Map<String, AttributeSettings> attributes(
      @Nullable Map<String, CallerAttribute> given) {
    Map<String, AttributeSettings> all = new LinkedHashMap<>(AttributeSettings.BUILT_IN);
    if (given != null) {
      given.forEach((name, attribute) -> all.put(name, attribute(name, attribute, all.get(name))));
    }
    return all;
  }

  private static AttributeSettings attribute(
      String name, CallerAttribute given, @Nullable AttributeSettings builtIn) {
    String where = "challenge.attributes." + name;
    if (!ATTRIBUTE.matcher(name).matches()) {
      throw new ConfigurationException(
          where + ": a name has at most 40 lower-case letters, digits and _");
    }
    String form = given.as();
    if (form == null) {
      form = builtIn == null ? "text" : builtIn.form();
    }
    if (given.length() != null) {
      if (!form.equals("digits") && !form.startsWith("digits:")) {
        throw new ConfigurationException(where + ".length: only digits have a length");
      }
      form = "digits:" + given.length();
    }
    if (form.equals("digits")) {
      throw new ConfigurationException(
          where + ": say how many digits, for example as: digits, length: 4, or as: digits:6-10");
    }
    if (!AttributeSettings.isForm(form)) {
      throw new ConfigurationException(
          where
              + ".as: '"
              + form
              + "' is not one of name, date, digits:4, digits:6-10, code, text");
    }
    return new AttributeSettings(name, form, given.label() == null ? Map.of() : given.label());
  }

  private PeopleSettings.Source source(@Nullable CallerPeople given) {
    String source = given == null || given.source() == null ? "accounts" : given.source();
    return switch (source) {
      case "accounts" -> new PeopleSettings.Accounts();
      case "sql" -> sql(section(given == null ? null : given.sql(), "sql"));
      case "http" -> http(section(given == null ? null : given.http(), "http"));
      default ->
          throw new ConfigurationException(
              PEOPLE + ".source: '" + source + "' is not one of accounts, sql, http");
    };
  }

  private static <T> T section(@Nullable T section, String name) {
    if (section == null) {
      throw new ConfigurationException(PEOPLE + "." + name + ": is missing, for source is " + name);
    }
    return section;
  }

  private PeopleSettings.Sql sql(SqlPeople given) {
    String where = PEOPLE + ".sql";
    String url = KnownNames.required(where + ".url", given.url());
    if (!url.startsWith("jdbc:sqlite:") && !url.startsWith("jdbc:postgresql:")) {
      throw new ConfigurationException(
          where + ".url: must start with jdbc:sqlite: or jdbc:postgresql:");
    }
    int connections = given.connections() == null ? 4 : given.connections();
    if (connections < 1 || connections > 100) {
      throw new ConfigurationException(
          where + ".connections: " + connections + " is not between 1 and 100");
    }
    String password = secret(where + ".password", given.password());
    return new PeopleSettings.Sql(
        name(where, given.name()),
        url,
        given.user(),
        password,
        connections,
        queries(where + ".query", given.query()),
        KnownNames.required(where + ".person_query", given.personQuery()));
  }

  private static List<String> queries(String where, @Nullable JsonNode given) {
    List<String> queries = new ArrayList<>();
    if (given != null && given.isArray()) {
      given.values().forEach(query -> queries.add(query.isString() ? query.asString() : ""));
    } else if (given != null && given.isString()) {
      queries.add(given.asString());
    }
    if (queries.isEmpty() || queries.stream().anyMatch(String::isBlank)) {
      throw new ConfigurationException(where + ": must be a query, or a list of queries");
    }
    return queries;
  }

  private PeopleSettings.Http http(HttpPeople given) {
    String where = PEOPLE + ".http";
    return new PeopleSettings.Http(
        name(where, given.name()),
        new ServiceReader(base, secrets)
            .read(where, given.url(), given.token(), given.signingKey(), given.caFile()),
        Boolean.TRUE.equals(given.compares()));
  }

  private static String name(String where, @Nullable String name) {
    String chosen = name == null ? "people" : name;
    if (!NAME.matcher(chosen).matches()) {
      throw new ConfigurationException(
          where + ".name: at most 64 letters, digits, and any of - . _ ~");
    }
    return chosen;
  }

  private @Nullable String secret(String key, @Nullable JsonNode given) {
    return given == null ? null : secrets.value(key, given);
  }
}

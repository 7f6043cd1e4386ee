package dev.latchstring.authorizationserver.challenge.people;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.PeopleSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.ParsedParameters;
import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A small pool of connections to the operator's database that only read.
 *
 * <p>A query may take {@value #SECONDS} seconds, and a connection is waited for as long.
 */
final class SqlConnections implements AutoCloseable {
  static final int SECONDS = 2;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final ScheduledThreadPoolExecutor deadlines;

  private SqlConnections(HikariDataSource pool) {
    this.pool = pool;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("people-deadlines").factory());
    this.deadlines.setRemoveOnCancelPolicy(true);
    this.jdbi = Jdbi.create(pool);
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    // The query is the operator's: nothing in it is a template.
    jdbi.getConfig(SqlStatements.class)
        .setTemplateEngine(TemplateEngine.NOP)
        .addCustomizer(new Deadline());
  }

  /** Cancels a statement that takes too long: SQLite has no timeout of its own. */
  private final class Deadline implements StatementCustomizer {
    @Override
    public void beforeExecution(PreparedStatement statement, StatementContext context)
        throws SQLException {
      statement.setFetchSize(Directory.MOST + 1);
      ScheduledFuture<?> deadline =
          deadlines.schedule(() -> cancel(statement), SECONDS, TimeUnit.SECONDS);
      context.addCleanable(() -> deadline.cancel(false));
    }
  }

  private static void cancel(PreparedStatement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // It has ended by itself.
    }
  }

  static SqlConnections open(PeopleSettings.Sql settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("people");
    config.setMaximumPoolSize(settings.connections());
    config.setMinimumIdle(1);
    config.setReadOnly(true);
    config.setConnectionTimeout(Duration.ofSeconds(SECONDS).toMillis());
    config.setValidationTimeout(1000);
    if (settings.url().startsWith("jdbc:sqlite:")) {
      config.setDataSource(sqlite(settings.url()));
    } else {
      postgresql(config, settings);
    }
    try {
      return new SqlConnections(new HikariDataSource(config));
    } catch (RuntimeException e) {
      throw new ConfigurationException(
          "challenge.people.sql: the database cannot be reached"
              + state(e)
              + "; check url, user and password, and that it runs");
    }
  }

  private static SQLiteDataSource sqlite(String url) {
    String file = url.substring("jdbc:sqlite:".length());
    if (file.startsWith("file:")
        || file.indexOf('?') >= 0
        || file.indexOf('\0') >= 0
        || !Files.isReadable(Path.of(file))) {
      throw new ConfigurationException(
          "challenge.people.sql.url: does not name a database file that this user can read");
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(SECONDS * 1000);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(url);
    return source;
  }

  private static void postgresql(HikariConfig config, PeopleSettings.Sql settings) {
    config.setJdbcUrl(settings.url());
    if (settings.user() != null) {
      config.setUsername(settings.user());
    }
    if (settings.password() != null) {
      config.setPassword(settings.password());
    }
    config.addDataSourceProperty("readOnlyMode", "always");
    // A text that is compared with a date or a number becomes one.
    config.addDataSourceProperty("stringtype", "unspecified");
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty("connectTimeout", String.valueOf(SECONDS));
    config.addDataSourceProperty("loginTimeout", String.valueOf(SECONDS));
    config.addDataSourceProperty("socketTimeout", String.valueOf(SECONDS + 1));
    config.setConnectionInitSql("set statement_timeout = " + SECONDS * 1000);
  }

  /**
   * Prepares a query without running it.
   *
   * @throws ConfigurationException with what is wrong with it
   */
  CheckedQuery check(String where, String sql) {
    try (Handle handle = jdbi.open()) {
      ParsedSql parsed = parse(handle, sql);
      ParsedParameters parameters = parsed.getParameters();
      if (parameters.isPositional() && parameters.getParameterCount() > 0) {
        throw new ConfigurationException(
            where + ": has a parameter without a name; write :birthdate instead of ?");
      }
      return describe(where, sql, parsed, new HashSet<>(parameters.getParameterNames()), handle);
    } catch (SQLException | JdbiException e) {
      throw new ConfigurationException(
          where + ": the database does not take it" + state(e) + ": " + firstLine(e));
    }
  }

  private static ParsedSql parse(Handle handle, String sql) {
    try (var query = handle.createQuery(sql)) {
      return handle.getConfig(SqlStatements.class).getSqlParser().parse(sql, query.getContext());
    }
  }

  private static CheckedQuery describe(
      String where, String sql, ParsedSql parsed, Set<String> parameters, Handle handle)
      throws SQLException {
    Connection connection = handle.getConnection();
    try (PreparedStatement statement = connection.prepareStatement(parsed.getSql())) {
      ResultSetMetaData columns = statement.getMetaData();
      if (columns == null || columns.getColumnCount() == 0) {
        throw new ConfigurationException(where + ": must be a query that selects rows");
      }
      Set<String> names = new HashSet<>();
      CheckedQuery.IdType idType = CheckedQuery.IdType.TEXT;
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        String name = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
        if (!names.add(name)) {
          throw new ConfigurationException(where + ": selects " + name + " twice");
        }
        if (name.equals("id")) {
          idType = type(columns.getColumnType(i), columns.getColumnTypeName(i));
        }
      }
      if (!names.contains("id")) {
        throw new ConfigurationException(
            where + ": selects no id; write for example: select patient_id as id, ...");
      }
      return new CheckedQuery(sql, parameters, names, idType);
    }
  }

  private static CheckedQuery.IdType type(int type, @Nullable String name) {
    return switch (type) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC -> CheckedQuery.IdType.NUMBER;
      default ->
          "uuid".equalsIgnoreCase(name) ? CheckedQuery.IdType.UUID : CheckedQuery.IdType.TEXT;
    };
  }

  /**
   * What the database answers.
   *
   * @return nothing where a parameter is of another type than what it is compared with: then it is
   *     nobody's, whoever is there
   * @throws dev.latchstring.oauth.OAuthException {@code temporarily_unavailable}
   */
  <T> List<T> query(Function<Handle, List<T>> question) {
    try {
      return jdbi.withHandle(question::apply);
    } catch (JdbiException e) {
      if (isOfAnotherType(e)) {
        return List.of();
      }
      throw SqlDirectory.unavailable("the database did not answer" + state(e));
    }
  }

  /**
   * PostgreSQL reads a parameter as what it is compared with before it looks at any row, and says
   * so; the same error in a row is the operator's to mend.
   */
  private static boolean isOfAnotherType(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException e
          && e.getSQLState() != null
          && e.getSQLState().startsWith("22")
          && e.getServerErrorMessage() != null
          && String.valueOf(e.getServerErrorMessage().getWhere()).contains("portal parameter $")) {
        return true;
      }
    }
    return false;
  }

  /** The code alone: a message may quote what was answered. */
  private static String state(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return " (SQLSTATE " + sql.getSQLState() + ")";
      }
      if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
        return " (code " + sql.getErrorCode() + ")";
      }
    }
    return "";
  }

  /** At a start nobody has answered anything: the message is the operator's own text. */
  private static String firstLine(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    pool.close();
  }
}

package dev.latchstring.authorizationserver.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jdbi.v3.core.Jdbi;

/** PostgreSQL through a pool. */
final class PostgresqlEngine implements Engine {
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private PostgresqlEngine(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  static PostgresqlEngine open(DatabaseConfiguration configuration) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(configuration.url());
    if (configuration.user() != null) {
      config.setUsername(configuration.user());
    }
    if (configuration.password() != null) {
      config.setPassword(configuration.password());
    }
    config.setMaximumPoolSize(configuration.connections());
    config.setConnectionTimeout(configuration.patience().toMillis());
    HikariDataSource pool = new HikariDataSource(config);
    Migration.run(pool);
    return new PostgresqlEngine(pool);
  }

  @Override
  public <T> T read(UnitOfWork<T> unit) {
    return jdbi.withHandle(unit::run);
  }

  @Override
  public <T> T write(UnitOfWork<T> unit) {
    return jdbi.inTransaction(unit::run);
  }

  @Override
  public void close() {
    pool.close();
  }
}

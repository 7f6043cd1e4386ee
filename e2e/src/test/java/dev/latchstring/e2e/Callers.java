package dev.latchstring.e2e;

import dev.latchstring.testing.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A clinic's patients in its own database, and how a phone line asks who they are. */
record Callers(String patients, String database) {
  /**
   * One patient.
   *
   * @param lastFour as it is on file
   */
  record Caller(int id, String name, String birthdate, String lastFour, String phone) {
    private static final String[] SPOKEN = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"
    };

    static Caller of(int id) {
      StringBuilder surname = new StringBuilder("Mac");
      for (char digit : Integer.toString(1000 + id).toCharArray()) {
        surname.append((char) ('b' + digit - '0')).append('o');
      }
      return new Caller(
          id,
          "Caller " + surname,
          "19%02d-%02d-%02d".formatted(30 + id % 60, 1 + id % 12, 1 + id % 28),
          "%04d".formatted(id * 37 % 10_000),
          "+3361%07d".formatted(id));
    }

    /** What is on file, as somebody says it. */
    String spokenLastFour() {
      StringBuilder said = new StringBuilder();
      lastFour.chars().forEach(digit -> said.append(SPOKEN[digit - '0']).append(' '));
      return said.toString().strip();
    }

    /** Four digits that are not on file. */
    String wrong(int which) {
      return "%04d".formatted((Integer.parseInt(lastFour) + 1 + which) % 10_000);
    }
  }

  /**
   * Patients 1 to {@code count}.
   *
   * @param folder where an SQLite database may be
   */
  static Callers in(String kind, Path folder, int count) throws SQLException {
    boolean sqlite = kind.equals("SQLite");
    String patients =
        sqlite ? "jdbc:sqlite:" + folder.resolve("clinic.db") : Postgres.newDatabase();
    Callers callers = new Callers(patients, sqlite ? "" : Postgres.newDatabase());
    try (Connection connection = DriverManager.getConnection(patients);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table patient (id integer primary key, name text, birthdate text, last4 text,"
              + " phone text)");
      statement.execute("create index patient_birthdate on patient (birthdate)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("insert into patient values (?, ?, ?, ?, ?)")) {
        for (int id = 1; id <= count; id++) {
          Caller caller = Caller.of(id);
          insert.setInt(1, id);
          insert.setString(2, caller.name());
          insert.setString(3, caller.birthdate());
          insert.setString(4, caller.lastFour());
          insert.setString(5, caller.phone());
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
    }
    return callers;
  }

  /** Lines of the configuration: who is asked, and what. */
  String configuration() {
    String columns =
        "select id, name, birthdate, last4 as ssn_last4, phone as phone_number, name as"
            + " display_name, 'patients' as teams from patient where ";
    return """
    challenge:
      people:
        source: sql
        sql:
          name: clinic
          url: "%s"
          query: "%s birthdate = :birthdate"
          person_query: "%s cast(id as text) = :id"
      steps:
        identity: { kind: identify, ask: [name, birthdate] }
        ssn: { kind: knowledge, ask: [ssn_last4] }
      contexts:
        - acr: urn:latchstring:acr:knowledge
          steps: [identity, ssn]
          scopes: [appointments]
        - acr: urn:latchstring:acr:knowledge-otp
          steps: [identity, ssn, sms]
    %s\
    """
        .formatted(
            patients,
            columns,
            columns,
            database.isEmpty() ? "" : "database: { url: \"" + database + "\" }\n");
  }

  /** A connection to the authorization server's own database. */
  Connection ofTheServer(Path data) throws SQLException {
    return DriverManager.getConnection(
        database.isEmpty() ? "jdbc:sqlite:" + data.resolve("latchstring.db") : database);
  }
}

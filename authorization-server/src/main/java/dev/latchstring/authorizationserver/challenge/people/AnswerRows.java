package dev.latchstring.authorizationserver.challenge.people;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The rows of {@link AnswerStore}: what there is, what there should be, and the difference. */
final class AnswerRows {
  static final List<String> TABLES = List.of("account_lookup", "account_answer", "account_pin");

  /** By table and what names the row: the row's own bytes. */
  private final Map<Row, byte[]> there = new HashMap<>();

  private final Map<Row, byte[]> wanted = new HashMap<>();

  /** A row, by its primary key; the name is an attribute, a hash in base64, or empty. */
  private record Row(String table, String subject, String name) {}

  /**
   * What there is.
   *
   * @param subjects of whom, or null for everybody
   */
  static AnswerRows read(Handle handle, @Nullable Set<String> subjects) {
    AnswerRows rows = new AnswerRows();
    rows.read(handle, "account_lookup", "subject, lookup_hash, '' as name", subjects);
    rows.read(handle, "account_answer", "subject, answer_hash, attribute as name", subjects);
    rows.read(handle, "account_pin", "subject, sealed, '' as name", subjects);
    return rows;
  }

  private void read(Handle handle, String table, String columns, @Nullable Set<String> subjects) {
    String which = subjects == null ? "" : " where subject = :subject";
    Query query = handle.createQuery("select " + columns + " from " + table + which);
    if (subjects != null) {
      query.bind("subject", subjects.iterator().next());
    }
    query
        .map((row, context) -> {
          put(there, table, row.getString(1), row.getString(3), row.getBytes(2));
          return true;
        })
        .forEach(read -> {});
  }

  private static void put(
      Map<Row, byte[]> rows, String table, String subject, String name, byte[] bytes) {
    boolean lookup = table.equals("account_lookup");
    rows.put(
        new Row(table, subject, lookup ? Base64.getEncoder().encodeToString(bytes) : name), bytes);
  }

  void want(
      String subject,
      Map<String, byte[]> known,
      Collection<byte[]> lookups,
      byte @Nullable [] pin) {
    known.forEach((name, hash) -> put(wanted, "account_answer", subject, name, hash));
    lookups.forEach(hash -> put(wanted, "account_lookup", subject, "", hash));
    if (pin != null) {
      put(wanted, "account_pin", subject, "", pin);
    }
  }

  /** Deletes what is not wanted of these people, and writes what is not there. */
  void write(Handle handle, Set<String> subjects) {
    List<Row> changed = new ArrayList<>();
    wanted.forEach((row, bytes) -> {
      if (!Arrays.equals(bytes, there.get(row))) {
        changed.add(row);
      }
    });
    there.keySet().stream()
        .filter(row -> subjects.contains(row.subject()) && !wanted.containsKey(row))
        .forEach(row -> delete(handle, row, there.get(row)));
    write(
        handle,
        changed,
        "account_lookup",
        """
        insert into account_lookup (subject, lookup_hash) values (:subject, :bytes)
        on conflict (lookup_hash, subject) do nothing
        """);
    write(
        handle,
        changed,
        "account_answer",
        """
        insert into account_answer (subject, attribute, answer_hash)
        values (:subject, :name, :bytes)
        on conflict (subject, attribute) do update set answer_hash = excluded.answer_hash
        """);
    write(
        handle,
        changed,
        "account_pin",
        """
        insert into account_pin (subject, sealed) values (:subject, :bytes)
        on conflict (subject) do update set sealed = excluded.sealed
        """);
  }

  private void write(Handle handle, List<Row> changed, String table, String sql) {
    List<Row> rows = changed.stream().filter(row -> row.table().equals(table)).toList();
    if (rows.isEmpty()) {
      return;
    }
    PreparedBatch batch = handle.prepareBatch(sql);
    for (Row row : rows) {
      batch.bind("subject", row.subject()).bind("bytes", wanted.get(row));
      if (table.equals("account_answer")) {
        batch.bind("name", row.name());
      }
      batch.add();
    }
    batch.execute();
  }

  private static void delete(Handle handle, Row row, byte @Nullable [] bytes) {
    switch (row.table()) {
      case "account_lookup" ->
          handle.execute(
              "delete from account_lookup where subject = ? and lookup_hash = ?",
              row.subject(),
              bytes);
      case "account_answer" ->
          handle.execute(
              "delete from account_answer where subject = ? and attribute = ?",
              row.subject(),
              row.name());
      default -> handle.execute("delete from account_pin where subject = ?", row.subject());
    }
  }

  /** Everything of one account. */
  static void delete(Handle handle, String subject) {
    for (String table : TABLES) {
      handle.execute("delete from " + table + " where subject = ?", subject);
    }
  }
}

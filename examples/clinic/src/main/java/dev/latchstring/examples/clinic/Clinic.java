package dev.latchstring.examples.clinic;

import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The clinic's book: who its patients are and when they come. All of it is invented, kept in memory
 * and gone when the program ends. Safe for use by many threads at once.
 */
final class Clinic {
  static final LocalTime OPENS = LocalTime.of(8, 0);
  static final LocalTime CLOSES = LocalTime.of(17, 30);

  /** How far ahead the book goes, in days. */
  static final int DAYS_AHEAD = 180;

  /** The most appointments the book holds. */
  static final int MAX_APPOINTMENTS = 10_000;

  record Patient(String id, String name, LocalDate birthdate) {}

  record MedicalRecord(
      Patient patient,
      String bloodGroup,
      List<String> allergies,
      List<String> medication,
      String lastNote) {}

  record Appointment(
      String id, Patient patient, LocalDateTime start, String practitioner, String reason) {}

  /** What the pharmacy keeps ready for somebody to fetch. */
  record Refill(List<String> medication, LocalDate readyOn) {}

  private final Clock clock;
  private final List<MedicalRecord> records;
  private final List<Appointment> appointments = new ArrayList<>();
  private int lastNumber = 1000;

  Clinic(Clock clock) {
    this(clock, 0);
  }

  /**
   * @param more how many patients there are besides the three whom the tests and the demo know:
   *     P-2000 and on, each with a record unlike all others
   */
  Clinic(Clock clock, int more) {
    this.clock = clock;
    Patient alice = new Patient("P-1001", "Alice Moreau", LocalDate.of(1985, 3, 3));
    Patient bruno = new Patient("P-1002", "Bruno Okafor", LocalDate.of(1962, 11, 19));
    Patient chiara = new Patient("P-1003", "Chiara Lindqvist", LocalDate.of(2017, 6, 8));
    List<MedicalRecord> all = new ArrayList<>();
    all.addAll(
        List.of(
            new MedicalRecord(
                alice, "A+", List.of("penicillin"), List.of(), "Sprained ankle, healing well."),
            new MedicalRecord(
                bruno,
                "0-",
                List.of(),
                List.of("amlodipine 5 mg", "atorvastatin 20 mg"),
                "Blood pressure 138/84; next check in three months."),
            new MedicalRecord(
                chiara, "B+", List.of("hazelnut"), List.of(), "Vaccinations up to date.")));
    for (int i = 0; i < more; i++) {
      all.add(invented(2000 + i));
    }
    this.records = List.copyOf(all);
    enter(alice, 3, LocalTime.of(9, 20), "Dr. Haddad", "Ankle: follow-up");
    enter(bruno, 1, LocalTime.of(8, 0), "Dr. Nyström", "Blood pressure check");
    enter(bruno, 92, LocalTime.of(8, 20), "Dr. Nyström", "Blood pressure check");
    enter(chiara, 14, LocalTime.of(15, 40), "Dr. Haddad", "School certificate");
  }

  private static MedicalRecord invented(int number) {
    Patient patient =
        new Patient("P-" + number, "Patient " + number, LocalDate.of(1970, 1, 1).plusDays(number));
    return new MedicalRecord(
        patient,
        "0+",
        List.of("allergen " + number),
        List.of("medicine " + number),
        "Note of patient " + number + ".");
  }

  private void enter(
      Patient patient, int daysAhead, LocalTime time, String practitioner, String reason) {
    LocalDate day = LocalDate.now(clock).plusDays(daysAhead);
    while (!isOpenOn(day)) {
      day = day.plusDays(1);
    }
    appointments.add(new Appointment(nextId(), patient, day.atTime(time), practitioner, reason));
  }

  private String nextId() {
    lastNumber++;
    return "A-" + lastNumber;
  }

  static boolean isOpenOn(LocalDate day) {
    return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
  }

  LocalDate today() {
    return LocalDate.now(clock);
  }

  /** The patients whose number it is, or whose name contains it, in any case. */
  List<Patient> find(String numberOrName) {
    String wanted = numberOrName.toLowerCase(Locale.ROOT);
    return records.stream()
        .map(MedicalRecord::patient)
        .filter(patient ->
            patient.id().toLowerCase(Locale.ROOT).equals(wanted)
                || patient.name().toLowerCase(Locale.ROOT).contains(wanted))
        .toList();
  }

  Optional<MedicalRecord> record(String patientId) {
    return records.stream()
        .filter(each -> each.patient().id().equalsIgnoreCase(patientId))
        .findFirst();
  }

  /** The patient's appointments from today on, the next one first. */
  synchronized List<Appointment> appointments(Patient patient) {
    LocalDateTime from = today().atStartOfDay();
    return appointments.stream()
        .filter(each -> each.patient().equals(patient) && !each.start().isBefore(from))
        .sorted(Comparator.comparing(Appointment::start))
        .toList();
  }

  /** Orders all of a patient's medication again; it is ready on the next day that is open. */
  Refill refill(MedicalRecord record) {
    LocalDate day = today().plusDays(1);
    while (!isOpenOn(day)) {
      day = day.plusDays(1);
    }
    return new Refill(record.medication(), day);
  }

  /** What came of an attempt to book. */
  sealed interface Booking {
    record Booked(Appointment appointment) implements Booking {}

    record Impossible(String why) implements Booking {}
  }

  /** Books twenty minutes, on the hour, twenty past or twenty to. */
  synchronized Booking book(
      Patient patient, LocalDateTime start, String practitioner, String reason) {
    if (!start.isAfter(LocalDateTime.now(clock))) {
      return new Booking.Impossible("the time is in the past; today is " + today());
    }
    if (start.toLocalDate().isAfter(today().plusDays(DAYS_AHEAD))) {
      return new Booking.Impossible("the book goes " + DAYS_AHEAD + " days ahead");
    }
    if (!isOpenOn(start.toLocalDate())
        || start.toLocalTime().isBefore(OPENS)
        || start.toLocalTime().isAfter(CLOSES.minusMinutes(20))) {
      return new Booking.Impossible(
          "the clinic is open Monday to Friday, " + OPENS + " to " + CLOSES);
    }
    if (start.getMinute() % 20 != 0 || !start.equals(start.truncatedTo(ChronoUnit.MINUTES))) {
      return new Booking.Impossible("appointments start at :00, :20 or :40");
    }
    boolean taken =
        appointments.stream()
            .anyMatch(each ->
                each.start().equals(start)
                    && (each.practitioner().equals(practitioner)
                        || each.patient().equals(patient)));
    if (taken) {
      return new Booking.Impossible("that time is taken; try twenty minutes later");
    }
    if (appointments.size() >= MAX_APPOINTMENTS) {
      return new Booking.Impossible("the book is full");
    }
    Appointment booked = new Appointment(nextId(), patient, start, practitioner, reason);
    appointments.add(booked);
    return new Booking.Booked(booked);
  }
}

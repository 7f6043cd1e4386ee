package dev.latchstring.examples.clinic;

import dev.latchstring.examples.clinic.Clinic.Appointment;
import dev.latchstring.examples.clinic.Clinic.Patient;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;

/** What the front desk can be asked. Bad input is answered with what is wrong and what to send. */
final class ClinicTools {
  static final String FIND_APPOINTMENTS = "find_appointments";
  static final String BOOK_APPOINTMENT = "book_appointment";
  static final String READ_RECORD = "read_record";

  private static final int MAX_TEXT = 200;
  private static final List<String> PRACTITIONERS = List.of("Dr. Haddad", "Dr. Nyström");

  static final String APPOINTMENT_SCHEMA =
      """
      {"type": "object",
       "properties": {
         "id": {"type": "string"},
         "patient": {"type": "string"},
         "start": {"type": "string", "description": "local time, as 2026-11-23T09:20"},
         "practitioner": {"type": "string"},
         "reason": {"type": "string"}},
       "required": ["id", "patient", "start", "practitioner", "reason"]}
      """;

  private final Clinic clinic;

  ClinicTools(Clinic clinic) {
    this.clinic = clinic;
  }

  List<SyncToolSpecification> all(ProtectedTools tools) {
    return List.of(
        tools.tool(findAppointments(), this::findAppointments),
        tools.tool(bookAppointment(), this::bookAppointment),
        tools.tool(readRecord(), this::readRecord));
  }

  private static Tool findAppointments() {
    return tool(
        FIND_APPOINTMENTS,
        "Find a patient's appointments",
        "The coming appointments of one patient, the next one first.",
        """
        {"type": "object",
         "properties": {
           "patient": {
             "type": "string",
             "minLength": 2,
             "maxLength": 200,
             "description": "number, such as P-1001, or a part of the name"}},
         "required": ["patient"],
         "additionalProperties": false}
        """,
        """
        {"type": "object",
         "properties": {
           "patient_id": {"type": "string"},
           "patient": {"type": "string"},
           "appointments": {"type": "array", "items": %s}},
         "required": ["patient_id", "patient", "appointments"]}
        """
            .formatted(APPOINTMENT_SCHEMA));
  }

  private CallToolResult findAppointments(Caller caller, CallToolRequest request) {
    String wanted = text(request, "patient");
    if (wanted.length() < 2) {
      return failed("patient: give a number, such as P-1001, or two letters of a name");
    }
    List<Patient> found = clinic.find(wanted);
    if (found.isEmpty()) {
      return failed("no patient has this number or name");
    }
    if (found.size() > 1) {
      return failed(
          "several patients have this name; ask for one by number: "
              + found.stream().map(each -> each.name() + " " + each.id()).toList());
    }
    Patient patient = found.getFirst();
    return succeeded(
        Map.of(
            "patient_id",
            patient.id(),
            "patient",
            patient.name(),
            "appointments",
            clinic.appointments(patient).stream().map(ClinicTools::shown).toList()));
  }

  private static Tool bookAppointment() {
    return tool(
        BOOK_APPOINTMENT,
        "Book an appointment",
        "Twenty minutes with a practitioner: Monday to Friday, 08:00 to 17:30, starting at :00, :20"
            + " or :40.",
        """
        {"type": "object",
         "properties": {
           "patient_id": {"type": "string", "maxLength": 200, "description": "such as P-1001"},
           "date": {"type": "string", "maxLength": 10, "description": "as 2026-11-23"},
           "time": {"type": "string", "maxLength": 5, "description": "as 09:20"},
           "practitioner": {"type": "string", "enum": ["Dr. Haddad", "Dr. Nyström"]},
           "reason": {"type": "string", "minLength": 1, "maxLength": 200}},
         "required": ["patient_id", "date", "time", "practitioner", "reason"],
         "additionalProperties": false}
        """,
        """
        {"type": "object",
         "properties": {"appointment": %s, "booked_by": {"type": "string"}},
         "required": ["appointment", "booked_by"]}
        """
            .formatted(APPOINTMENT_SCHEMA));
  }

  private CallToolResult bookAppointment(Caller caller, CallToolRequest request) {
    var record = clinic.record(text(request, "patient_id"));
    if (record.isEmpty()) {
      return failed("patient_id: no patient has this number; find_appointments tells it");
    }
    LocalDateTime start;
    try {
      start = LocalDate.parse(text(request, "date")).atTime(LocalTime.parse(text(request, "time")));
    } catch (DateTimeException e) {
      return failed("date and time: write them as 2026-11-23 and 09:20");
    }
    String practitioner = text(request, "practitioner");
    if (!PRACTITIONERS.contains(practitioner)) {
      return failed("practitioner: one of " + PRACTITIONERS);
    }
    String reason = text(request, "reason");
    if (reason.isBlank() || reason.length() > MAX_TEXT) {
      return failed("reason: 1 to " + MAX_TEXT + " characters");
    }
    return switch (clinic.book(record.get().patient(), start, practitioner, reason)) {
      case Clinic.Booking.Booked booked ->
          succeeded(
              Map.of("appointment", shown(booked.appointment()), "booked_by", caller.subject()));
      case Clinic.Booking.Impossible impossible -> failed(impossible.why());
    };
  }

  private static Tool readRecord() {
    return tool(
        READ_RECORD,
        "Read a medical record",
        "A patient's blood group, allergies, medication and last note. For the front desk only.",
        """
        {"type": "object",
         "properties": {
           "patient_id": {"type": "string", "maxLength": 200, "description": "such as P-1001"}},
         "required": ["patient_id"],
         "additionalProperties": false}
        """,
        """
        {"type": "object",
         "properties": {
           "patient_id": {"type": "string"},
           "patient": {"type": "string"},
           "birthdate": {"type": "string"},
           "blood_group": {"type": "string"},
           "allergies": {"type": "array", "items": {"type": "string"}},
           "medication": {"type": "array", "items": {"type": "string"}},
           "last_note": {"type": "string"}},
         "required": ["patient_id", "patient", "birthdate", "blood_group", "allergies",
                      "medication", "last_note"]}
        """);
  }

  private CallToolResult readRecord(Caller caller, CallToolRequest request) {
    return clinic
        .record(text(request, "patient_id"))
        .map(record ->
            succeeded(
                Map.of(
                    "patient_id", record.patient().id(),
                    "patient", record.patient().name(),
                    "birthdate", record.patient().birthdate().toString(),
                    "blood_group", record.bloodGroup(),
                    "allergies", record.allergies(),
                    "medication", record.medication(),
                    "last_note", record.lastNote())))
        .orElseGet(() -> failed("patient_id: no patient has this number"));
  }

  static Tool tool(String name, String title, String description, String input, String output) {
    var json = McpJsonDefaults.getMapper();
    return Tool.builder(name, json, input)
        .title(title)
        .description(description)
        .outputSchema(json, output)
        .build();
  }

  static Map<String, Object> shown(Appointment appointment) {
    return Map.of(
        "id", appointment.id(),
        "patient", appointment.patient().name(),
        "start", appointment.start().toString(),
        "practitioner", appointment.practitioner(),
        "reason", appointment.reason());
  }

  /** An argument as text; empty where it is missing or something else. */
  private static String text(CallToolRequest request, String argument) {
    return request.arguments() != null && request.arguments().get(argument) instanceof String text
        ? text.strip()
        : "";
  }

  static CallToolResult succeeded(Map<String, Object> content) {
    return CallToolResult.builder().structuredContent(content).build();
  }

  static CallToolResult failed(String why) {
    return CallToolResult.builder().addTextContent(why).isError(true).build();
  }
}

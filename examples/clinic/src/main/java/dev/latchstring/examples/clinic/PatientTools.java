package dev.latchstring.examples.clinic;

import dev.latchstring.examples.clinic.Clinic.MedicalRecord;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Caller;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What patients can ask about themselves, on the phone for example. No tool here takes the name or
 * the number of a patient: whose data it is follows from the token alone.
 *
 * <p>The operator says which account is which patient by a team, {@code patient:P-1001}: a subject
 * is random and a username can be given to somebody else.
 */
final class PatientTools {
  static final String MY_APPOINTMENTS = "my_appointments";
  static final String REQUEST_REFILL = "request_refill";
  static final String READ_MEDICAL_RECORD = "read_medical_record";

  private static final String PATIENT_TEAM = "patient:";
  private static final String NO_ARGUMENTS =
      """
      {"type": "object", "properties": {}, "additionalProperties": false}
      """;

  private final Clinic clinic;

  PatientTools(Clinic clinic) {
    this.clinic = clinic;
  }

  List<SyncToolSpecification> all(ProtectedTools tools) {
    return List.of(
        tools.tool(myAppointments(), this::myAppointments),
        tools.tool(requestRefill(), this::requestRefill),
        tools.tool(readMedicalRecord(), this::readMedicalRecord));
  }

  private static Tool myAppointments() {
    return ClinicTools.tool(
        MY_APPOINTMENTS,
        "My appointments",
        "The coming appointments of the patient who asks, the next one first.",
        NO_ARGUMENTS,
        """
        {"type": "object",
         "properties": {"appointments": {"type": "array", "items": %s}},
         "required": ["appointments"]}
        """
            .formatted(ClinicTools.APPOINTMENT_SCHEMA));
  }

  private CallToolResult myAppointments(Caller caller, CallToolRequest request) {
    return answered(
        caller,
        own ->
            Map.of(
                "appointments",
                clinic.appointments(own.patient()).stream().map(ClinicTools::shown).toList()));
  }

  private static Tool requestRefill() {
    return ClinicTools.tool(
        REQUEST_REFILL,
        "Order my medication again",
        "Orders all medication of the patient who asks. The answer does not name it: how many"
            + " there are, and when they can be fetched.",
        NO_ARGUMENTS,
        """
        {"type": "object",
         "properties": {"ordered": {"type": "integer"}, "ready_on": {"type": "string"}},
         "required": ["ordered", "ready_on"]}
        """);
  }

  private CallToolResult requestRefill(Caller caller, CallToolRequest request) {
    return answered(
        caller,
        own -> {
          Clinic.Refill refill = clinic.refill(own);
          return Map.of(
              "ordered", refill.medication().size(), "ready_on", refill.readyOn().toString());
        });
  }

  private static Tool readMedicalRecord() {
    return ClinicTools.tool(
        READ_MEDICAL_RECORD,
        "My medical record",
        "Blood group, allergies, medication and last note of the patient who asks. Needs a login"
            + " with a second factor.",
        NO_ARGUMENTS,
        """
        {"type": "object",
         "properties": {
           "blood_group": {"type": "string"},
           "allergies": {"type": "array", "items": {"type": "string"}},
           "medication": {"type": "array", "items": {"type": "string"}},
           "last_note": {"type": "string"}},
         "required": ["blood_group", "allergies", "medication", "last_note"]}
        """);
  }

  private CallToolResult readMedicalRecord(Caller caller, CallToolRequest request) {
    return answered(
        caller,
        own ->
            Map.of(
                "blood_group", own.bloodGroup(),
                "allergies", own.allergies(),
                "medication", own.medication(),
                "last_note", own.lastNote()));
  }

  private CallToolResult answered(Caller caller, Answer answer) {
    return own(caller)
        .map(record -> ClinicTools.succeeded(answer.about(record)))
        .orElseGet(() -> ClinicTools.failed("no patient belongs to this account"));
  }

  /** The one record that is the caller's; none where the account is of two patients. */
  private Optional<MedicalRecord> own(Caller caller) {
    List<String> numbers =
        caller.teams().stream()
            .filter(team -> team.startsWith(PATIENT_TEAM))
            .map(team -> team.substring(PATIENT_TEAM.length()))
            .toList();
    return numbers.size() == 1 ? clinic.record(numbers.getFirst()) : Optional.empty();
  }

  @FunctionalInterface
  private interface Answer {
    Map<String, Object> about(MedicalRecord own);
  }
}

package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code latch run --list}: the known programs, for a person or one JSON object per line. */
final class ProgramList {
  private ProgramList() {}

  static void print(List<KnownProgram> programs, boolean json, PrintStream out) {
    programs.forEach(program -> {
      if (json) {
        out.println(object(program));
      } else {
        text(program, out);
      }
    });
  }

  private static void text(KnownProgram program, PrintStream out) {
    out.println(program.name());
    out.println("  programs  " + String.join(", ", program.programs()));
    for (TokenVariable variable : program.variables()) {
      out.println("  variable  " + variable.name() + "=" + variable.template());
    }
    out.println("  server    " + program.server());
    program.pins().forEach(pin -> out.println("  pin       " + pin));
    program.needs().forEach(need -> out.println("  needs     " + need));
    program.notes().forEach(note -> out.println("  note      " + note));
    out.println();
  }

  private static ObjectNode object(KnownProgram program) {
    ObjectNode object = JsonRpc.object().put("name", program.name());
    object.set("programs", JsonRpc.strings(program.programs()));
    ArrayNode variables = object.putArray("variables");
    program
        .variables()
        .forEach(variable ->
            variables
                .addObject()
                .put("name", variable.name())
                .put("template", variable.template()));
    object.put("server", program.server());
    object.set("pins", JsonRpc.strings(program.pins()));
    object.set("needs", JsonRpc.strings(program.needs()));
    object.set("notes", JsonRpc.strings(program.notes()));
    return object;
  }
}

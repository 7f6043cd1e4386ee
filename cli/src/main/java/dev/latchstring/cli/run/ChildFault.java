package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.mcpserver.stdio.RpcError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the host is told when the program cannot be started, is gone, or may not have the token. */
final class ChildFault {
  private ChildFault() {}

  /**
   * @param hint what to do, in the imperative
   * @param acted false where it is certain that the program did nothing; null where unknown
   */
  static RpcError error(String program, String problem, String hint, @Nullable Boolean acted) {
    ObjectNode data = JsonRpc.object().put("program", program).put("hint", hint);
    if (acted != null) {
      data.put("acted", acted);
    }
    return new RpcError(RpcError.UPSTREAM, problem + " (hint: " + hint + ")", data);
  }

  static RpcError brokenOff(String program, String how, String method) {
    return error(
        program,
        "the program " + program + " " + how + " before it answered " + method,
        "it is not known whether it acted; look before you repeat the request",
        null);
  }

  /**
   * @param how it ended, such as "ended with status 1"
   * @param lastWords of standard error; empty for none
   */
  static RpcError notServing(String program, String how, String lastWords) {
    String said = lastWords.isEmpty() ? "" : "; it said " + Quoted.text(lastWords, 200);
    return error(
        program,
        "the program " + program + " " + how + " before it answered a first request" + said,
        "run it by hand to see what it lacks; its standard error is in the host's log",
        false);
  }

  static RpcError silent(String program, long seconds) {
    return error(
        program,
        "the program " + program + " did not answer for " + seconds + " seconds after its start",
        "check that it speaks MCP on standard input and output",
        false);
  }

  static RpcError notStarted(String program, @Nullable String reason) {
    return error(
        program,
        "the program "
            + program
            + " cannot be started: "
            + Quoted.plain(String.valueOf(reason), 200),
        "check the command behind -- in the host's configuration",
        false);
  }

  static RpcError versions(String program, String theirs) {
    ObjectNode data = JsonRpc.object().put("program", program).put("offered", theirs);
    data.set("supported", JsonRpc.strings(Protocol.ALL_VERSIONS));
    return new RpcError(
        RpcError.UPSTREAM,
        "no common protocol version: the program speaks "
            + Quoted.text(theirs, 120)
            + ", latch "
            + String.join(", ", Protocol.ALL_VERSIONS),
        data);
  }

  /** RFC 9449: whoever has such a token still needs the key, and the key is never handed over. */
  static RpcError bound(String program) {
    return error(
        program,
        "the token of this login is bound to a key (DPoP), and a program cannot prove the key that"
            + " it does not have",
        "give the program a login of its own with --account NAME, or log in with latch login"
            + " --bearer; a server that issues bound tokens alone needs latch connect",
        false);
  }

  static RpcError busy(String program, int requests) {
    RpcError error =
        error(
            program,
            "the program is given another token as soon as its "
                + requests
                + " requests in work have ended, which they do not",
            "nothing was done; try again",
            false);
    return new RpcError(RpcError.UNAVAILABLE, error.message(), error.data());
  }

  /**
   * @param last what the last failure was
   */
  static RpcError tooOften(String program, int times, String last, long seconds) {
    return error(
        program,
        "the program "
            + program
            + " failed "
            + times
            + " times in a row, the last time so: "
            + last,
        "mend that; it is started again in " + seconds + " seconds at the earliest",
        false);
  }

  /** How a process ended, with what it said last. */
  static String end(String how, String lastWords) {
    return "it " + how + (lastWords.isEmpty() ? "" : " and said " + Quoted.text(lastWords, 200));
  }
}

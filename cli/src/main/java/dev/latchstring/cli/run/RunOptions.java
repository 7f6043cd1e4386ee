package dev.latchstring.cli.run;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code latch run}, read by hand: picocli would cost more time than the whole
 * first answer.
 *
 * @param server the address that the login is kept under: an MCP server's, or an API's
 * @param account the login of this name there
 * @param scope what to ask for; null leaves it to discovery
 * @param flow the only way to log in; null leaves it open
 * @param variables where the token goes, at least one
 * @param passed variables that pass though they look like secrets
 * @param pinned settings of the login; those of a known program where none are given
 * @param plain whether the command is no MCP server
 */
record RunOptions(
    Program program,
    URI server,
    String account,
    @Nullable Scope scope,
    @Nullable FlowName flow,
    List<TokenVariable> variables,
    ChildEnvironment.Policy policy,
    Set<String> passed,
    ServerSettings pinned,
    @Nullable String caFile,
    @Nullable String proxy,
    boolean plain,
    String logLevel) {

  static final String USAGE =
      """
      usage: latch run [OPTIONS] -- COMMAND [ARGUMENTS...]
             latch run --list [--json]

      Starts a local MCP server that takes an access token from its environment, logs in
      for it inside MCP, and starts it anew when the token must change. Standard input and
      output are MCP's.

        --server URL         what to log in to: an MCP server's or an API's address, https
                             (http on a loopback address)
        --env NAME[=VALUE]   the variable that gets the token, or VALUE with {token} in it;
                             may be repeated
        --scope "A B"        ask for these scopes
        --flow FLOW          log in this way alone: code (in a browser) or device (with a code)
        --account NAME       the login of this name (default: default)
        --issuer URL         the authorization server, where the address does not tell it
        --resource URL       the resource parameter (RFC 8707), or none
        --audience TEXT      an audience parameter
        --preset NAME        pin what is known of an authorization server
        --pin NAME=VALUE     any other setting of the login; may be repeated
        --known NAME         take variable, address and settings from the list of known
                             programs, where the command does not tell
        --ca-file FILE       trust the certificate authorities in this PEM file too
        --proxy URL          log in through this proxy (default: HTTPS_PROXY and its kin; none:
                             without)
        --pass NAME          let this variable through, though it looks like a secret
        --keep-env           let all variables through but latch's own
        --clean-env          let only what every program needs through
        --plain              the command is no MCP server: log in here, and run it with the
                             token it gets at its start
        --log-level LEVEL    error, warn, info, debug or trace on standard error; warn by
                             default
        --list               the known programs
        -h, --help           this text
      """;

  /** A command line that cannot be used; the message is for the person. */
  static final class UsageException extends Exception {
    private final String hint;

    UsageException(String message) {
      this(message, "latch run --help shows how it is used");
    }

    UsageException(String message, String hint) {
      super(message, null, false, false);
      this.hint = hint;
    }

    /** What to do. */
    String hint() {
      return hint;
    }
  }

  /**
   * @throws UsageException where it cannot be used
   */
  static RunOptions parse(String[] arguments) throws UsageException {
    return new Reading(List.of(arguments)).options();
  }

  /** The option {@code --help} or {@code --list} before the command; null for neither. */
  static @Nullable String other(String[] arguments) {
    for (String argument : arguments) {
      switch (argument) {
        case "-h", "--help", "--list" -> {
          return argument;
        }
        case "--" -> {
          return null;
        }
        default -> {
          // goes on
        }
      }
    }
    return null;
  }

  /** Without the command's arguments, which may be secret. */
  @Override
  public String toString() {
    return "RunOptions[" + program.name() + ", " + server + "]";
  }

  private static final class Reading {
    private final List<String> arguments;
    private final List<TokenVariable> variables = new ArrayList<>();
    private final Set<String> passed = new LinkedHashSet<>();
    private final List<String> pins = new ArrayList<>();
    private ChildEnvironment.Policy policy = ChildEnvironment.Policy.CLEANED;
    private @Nullable String server;
    private @Nullable String known;
    private @Nullable Scope scope;
    private @Nullable FlowName flow;
    private @Nullable String caFile;
    private @Nullable String proxy;
    private String account = Account.DEFAULT_NAME;
    private String logLevel = "warn";
    private boolean plain;
    private int at;

    Reading(List<String> arguments) {
      this.arguments = arguments;
    }

    RunOptions options() throws UsageException {
      while (at < arguments.size() && arguments.get(at).startsWith("-")) {
        String argument = arguments.get(at++);
        if (argument.equals("--")) {
          break;
        }
        int equals = argument.indexOf('=');
        option(
            equals < 0 ? argument : argument.substring(0, equals),
            equals < 0 ? null : argument.substring(equals + 1));
      }
      List<String> command = arguments.subList(at, arguments.size());
      if (command.isEmpty() || command.getFirst().isEmpty()) {
        throw new UsageException("the command is missing; it stands behind --");
      }
      if (command.stream().anyMatch(part -> part.indexOf('\0') >= 0)) {
        throw new UsageException("the command has a character that no command can have");
      }
      return complete(command, program(command));
    }

    private void option(String name, @Nullable String given) throws UsageException {
      switch (name) {
        case "--keep-env" -> policy = ChildEnvironment.Policy.KEPT;
        case "--clean-env" -> policy = ChildEnvironment.Policy.MINIMAL;
        case "--plain" -> plain = true;
        case "--server" -> server = value(name, given);
        case "--known" -> known = value(name, given);
        case "--account" -> account = value(name, given);
        case "--scope" -> scope = scope(value(name, given));
        case "--flow" -> flow = flow(value(name, given));
        case "--issuer", "--resource", "--audience" ->
            pins.add(name.substring(2) + "=" + value(name, given));
        case "--pin" -> pins.add(value(name, given));
        case "--preset" -> pins.add("preset=" + value(name, given));
        case "--env" -> variables.add(variable(value(name, given)));
        case "--pass" -> passed.add(variableName(value(name, given)));
        case "--ca-file" -> caFile = value(name, given);
        case "--proxy" -> proxy = value(name, given);
        case "--log-level" -> logLevel = level(value(name, given));
        default -> throw new UsageException("unknown option " + name);
      }
    }

    private String value(String name, @Nullable String given) throws UsageException {
      if (given != null) {
        return given;
      }
      if (at == arguments.size() || arguments.get(at).equals("--")) {
        throw new UsageException(name + " needs a value");
      }
      return arguments.get(at++);
    }

    private @Nullable KnownProgram program(List<String> command) throws UsageException {
      if (known == null) {
        return KnownProgram.of(command);
      }
      KnownProgram named = KnownProgram.named(known);
      if (named == null) {
        throw new UsageException(
            "no program " + known + " is known; latch run --list shows those that are");
      }
      return named;
    }

    private RunOptions complete(List<String> command, @Nullable KnownProgram program)
        throws UsageException {
      Program run = new Program(command);
      String address = server != null || program == null ? server : program.server();
      if (address == null) {
        throw new UsageException(
            "--server is missing: what " + run.name() + " needs a login to is not known");
      }
      List<TokenVariable> taken =
          variables.isEmpty() && program != null ? program.variables() : variables;
      if (taken.isEmpty()) {
        throw new UsageException(
            "--env is missing: which variable "
                + run.name()
                + " takes its token from is not known");
      }
      List<String> all = new ArrayList<>();
      if (program != null && (server == null || server.equals(program.server()))) {
        program.pins().stream().filter(pin -> !isPinned(pin)).forEach(all::add);
      }
      all.addAll(pins);
      return new RunOptions(
          run,
          uri(address),
          account,
          scope,
          flow,
          List.copyOf(taken),
          policy,
          passed,
          settings(all),
          caFile,
          proxy,
          plain,
          logLevel);
    }

    private boolean isPinned(String pin) {
      String name = pin.substring(0, pin.indexOf('=') + 1);
      return pins.stream().anyMatch(own -> own.startsWith(name));
    }

    /** Loads what knows of settings only where there are any. */
    private static ServerSettings settings(List<String> pins) throws UsageException {
      if (pins.isEmpty()) {
        return ServerSettings.NONE;
      }
      try {
        return ServerSettings.ofOptions(pins, null);
      } catch (ClientException e) {
        throw e.hint() == null
            ? new UsageException(e.description())
            : new UsageException(e.description(), e.hint());
      }
    }

    private static URI uri(String text) throws UsageException {
      try {
        return HttpsUri.requireResource(text);
      } catch (OAuthException e) {
        throw new UsageException("no token can be had for " + text + ": " + e.description());
      }
    }

    private static Scope scope(String text) throws UsageException {
      try {
        return Scope.parse(text);
      } catch (OAuthException e) {
        throw new UsageException("--scope: " + e.description());
      }
    }

    private static FlowName flow(String text) throws UsageException {
      FlowName named =
          FlowName.of(text)
              .orElseThrow(() ->
                  new UsageException("there is no flow " + text, "there are: " + FlowName.known()));
      if (named == FlowName.CHALLENGE) {
        throw new UsageException(
            "a login by challenge asks what no host should be told",
            "log in beforehand, with latch login --flow challenge");
      }
      return named;
    }

    private static TokenVariable variable(String text) throws UsageException {
      try {
        return TokenVariable.parse(text);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--env: " + e.getMessage());
      }
    }

    private static String variableName(String text) throws UsageException {
      if (!TokenVariable.isName(text)) {
        throw new UsageException("--pass: '" + text + "' is no name of an environment variable");
      }
      if (text.startsWith(ChildEnvironment.OURS)) {
        throw new UsageException("--pass: " + text + " is latch's own, and never passes");
      }
      return text;
    }

    private static String level(String text) throws UsageException {
      return switch (text) {
        case "error", "warn", "info", "debug", "trace" -> text;
        default -> throw new UsageException("unknown log level " + text);
      };
    }
  }
}

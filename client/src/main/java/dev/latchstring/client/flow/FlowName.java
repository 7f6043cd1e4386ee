package dev.latchstring.client.flow;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ways to a token, by the names that {@code --flow} and settings know. */
public enum FlowName {
  /** RFC 6749 §4.1 with RFC 7636: in a browser that comes back to this machine. */
  CODE("code", true),
  /** RFC 8628: with a code that the person enters on any device. */
  DEVICE("device", true),
  /** docs/challenge-profile.md: by answering here what the server asks. */
  CHALLENGE("challenge", true),
  /** RFC 6749 §4.4: with the client's own secret or key. */
  CLIENT_CREDENTIALS("client_credentials", false),
  /** RFC 7523 §2.1: with an assertion about whom to act for. */
  JWT_BEARER("jwt_bearer", false),
  /** RFC 7523 §2.1: with the identity that the platform gives a workload. */
  WORKLOAD_IDENTITY("workload_identity", false),
  /** MCP, "Enterprise-Managed Authorization": with an ID-JAG of the organisation's provider. */
  ID_JAG("id_jag", false),
  /** RFC 8693: with another token. */
  TOKEN_EXCHANGE("token_exchange", false),
  /** With a token that somebody else obtained. */
  ENVIRONMENT("environment", false);

  private final String text;
  private final boolean person;

  FlowName(String text, boolean person) {
    this.text = text;
    this.person = person;
  }

  /** The name as people write it. */
  public String text() {
    return text;
  }

  /** Whether a person has to do something. */
  public boolean needsPerson() {
    return person;
  }

  /** The flow of a name; empty where there is none. */
  public static Optional<FlowName> of(String text) {
    return Stream.of(values()).filter(flow -> flow.text.equals(text)).findFirst();
  }

  /** Every name, for messages. */
  public static String known() {
    return Stream.of(values()).map(FlowName::text).collect(Collectors.joining(", "));
  }
}

package dev.latchstring.mcpserver.policy;

/** A policy file that cannot be used. The message names the file, the line and what to change. */
public final class PolicyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PolicyException(String message) {
    super(message);
  }
}

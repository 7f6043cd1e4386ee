package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;

/**
 * Where a token comes from that is presented to get another: a platform's file, a command's output,
 * an environment variable, or a key that signs one.
 */
public interface TokenOrigin {
  /**
   * Gets it anew, for one request.
   *
   * @return the token alone: visible ASCII, at most {@value TokenText#MAX_LENGTH} characters
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where there is none that can be
   *     used; {@link Problem#NETWORK} where whoever gives it does not answer
   */
  String read(MachineRequest request);

  /** Where that is, for messages: "the file /run/token". Never the token. */
  String where();
}

package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;

/**
 * One attempt to log in. It is used once: {@link #run} may be called once, {@link #cancel} at any
 * time and from any thread.
 */
public interface Login {
  /** Which way is taken. */
  FlowName flow();

  /**
   * Runs the flow to its end on the calling thread, which blocks for as long as the person takes
   * (at most the code's own life). An interrupt of the thread counts as {@link #cancel}.
   *
   * @param prompt is called on the calling thread before anything is waited for, once (twice where
   *     the server sends a challenge's person to a browser); a flow without a person never calls it
   * @throws ClientException where the flow could not be carried out: {@link Problem#NETWORK} (on
   *     the first request alone; polls go on), {@link Problem#REFUSED}, {@link
   *     Problem#CLIENT_REFUSED}, {@link Problem#NOT_SHOWN}, {@link Problem#WRONG_PERSON}
   */
  LoginOutcome run(LoginPrompt prompt);

  /** Ends {@link #run} soon, with {@link LoginOutcome.Cancelled}; later it has no effect. */
  void cancel();

  /**
   * Ends {@link #run} here soon, as {@link #cancel} does, but gives the login up for nobody else:
   * one that another process can join goes on until its end. For a process that stops.
   */
  default void leave() {
    cancel();
  }
}

package dev.latchstring.authorizationserver.document;

/** What is done about a client that is not what it was. Each can be done again. */
public interface ClientEvents {
  /** Ends every login of it, what is under way, and what people allowed it for longer. */
  void endLogins(String clientId);

  /** Forgets what people allowed it for longer, so that they are asked again. */
  void askAgain(String clientId);
}

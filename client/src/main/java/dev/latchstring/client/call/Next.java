package dev.latchstring.client.call;

/** What is to be done with an answer. */
public enum Next {
  /** It is the application's. */
  DELIVER,
  /** The request is sent again, with what is due now. */
  SEND_AGAIN,
  /** The same; a login was waited for. */
  SEND_AGAIN_AFTER_LOGIN
}

package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.page.Frame;

/**
 * What {@code outcome.jte} shows.
 *
 * @param clientName who asked; empty where that is forgotten by now
 * @param resourceName for what; empty where that does not matter or is forgotten
 */
public record OutcomeView(Frame frame, Outcome outcome, String clientName, String resourceName) {

  /** How a request ended. */
  public enum Outcome {
    /** This person allowed it, here. */
    ALLOWED("Allowed"),
    /** This person denied it, here. */
    DENIED("Denied"),
    /** Somebody allowed it before: in another window, perhaps, or another person. */
    ALLOWED_BEFORE("Already allowed"),
    /** Somebody denied it before. */
    DENIED_BEFORE("Already denied"),
    /** Nobody decided in time. */
    EXPIRED("This code has expired");

    private final String title;

    Outcome(String title) {
      this.title = title;
    }

    /** The title of the page. */
    public String title() {
      return title;
    }
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.browser.ReturnAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * What the caller wants of a login in a browser.
 *
 * @param comeBack where the browser comes back to
 * @param patience how long an answer is waited for, at most
 */
public record BrowserOptions(ReturnAddress comeBack, Duration patience) {
  /** Any free port, and a quarter of an hour. */
  public static final BrowserOptions DEFAULT =
      new BrowserOptions(ReturnAddress.FREE, Duration.ofMinutes(15));

  public BrowserOptions {
    Objects.requireNonNull(comeBack);
    Objects.requireNonNull(patience);
  }

  public BrowserOptions comingBackTo(ReturnAddress place) {
    return new BrowserOptions(place, patience);
  }

  public BrowserOptions withPatience(Duration longest) {
    return new BrowserOptions(comeBack, longest);
  }
}

package dev.latchstring.authorizationserver.account;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import java.util.Optional;

/** Ends the browser's session. What programs were allowed stays. */
public final class SignOutPage implements Page {
  /** Where the page is, within the issuer. */
  public static final String PATH = "/sign-out";

  private final Site site;
  private final BrowserSessions sessions;

  public SignOutPage(Site site, BrowserSessions sessions) {
    this.site = site;
    this.sessions = sessions;
  }

  @Override
  public PageAnswer get(PageRequest request) {
    Optional<Person> person = sessions.person(request);
    SignOutView view =
        person.isPresent()
            ? new SignOutView(site.frame("Sign out?", request, null), false)
            : new SignOutView(site.frameWithoutForm("You’re signed out"), true);
    return new PageAnswer.Shown("sign-out.jte", view);
  }

  @Override
  public PageAnswer post(PageRequest request) {
    sessions.end(request);
    return new PageAnswer.SeeOther(PATH);
  }
}

package dev.latchstring.authorizationserver.logout;

import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.oauth.FormParameters;

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2. The logout endpoint, by GET and by POST: it checks
 * what was asked and leads to {@link LogoutPage}, where the person at the browser counts.
 */
public final class EndSessionPage implements Page {
  private final LogoutRequestRules rules;
  private final LogoutTickets tickets;

  public EndSessionPage(LogoutRequestRules rules, LogoutTickets tickets) {
    this.rules = rules;
    this.tickets = tickets;
  }

  @Override
  public boolean takesForeignForms() {
    return true;
  }

  @Override
  public PageAnswer get(PageRequest page) {
    return goOn(page, page.query());
  }

  @Override
  public PageAnswer post(PageRequest page) {
    return goOn(page, page.form());
  }

  private PageAnswer goOn(PageRequest page, FormParameters parameters) {
    return LogoutPage.wayTo(tickets.seal(rules.read(parameters, page.clientAddress())));
  }
}

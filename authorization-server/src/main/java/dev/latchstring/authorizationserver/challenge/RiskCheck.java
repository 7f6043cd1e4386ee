package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import dev.latchstring.authorizationserver.operator.OperatorService;
import dev.latchstring.oauth.OAuthException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.2.2.1.1 and §9.2. Asks the operator's own service whether
 * a login may go on here: when it begins, and before it ends. Where the service cannot be asked, it
 * has to go on in a browser.
 */
public final class RiskCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RiskCheck.class);

  /** Nobody is asked. */
  public static final RiskCheck NONE = new RiskCheck(null);

  private final @Nullable OperatorService service;

  /**
   * @param service null where nobody is asked
   */
  public RiskCheck(@Nullable OperatorService service) {
    this.service = service;
  }

  /** What is to become of a login. */
  enum Decision {
    ALLOW,
    BROWSER,
    DENY
  }

  /**
   * @param event {@code begins} or {@code ends}
   * @param subject who proved to be it; null where nobody did yet
   */
  Decision assess(
      String event, AuthorizationRequest asked, @Nullable String subject, String address) {
    if (service == null) {
      return Decision.ALLOW;
    }
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("event", event);
    question.put("client_id", asked.clientId());
    question.put("resource", asked.resource());
    question.put("scope", asked.scopes());
    question.put("acr", String.valueOf(asked.acr()));
    question.put("address", address);
    if (subject != null) {
      question.put("sub", subject);
    }
    try {
      return switch (service.ask(question).path("decision").asString("")) {
        case "allow" -> Decision.ALLOW;
        case "deny" -> Decision.DENY;
        case "redirect_to_web" -> Decision.BROWSER;
        default -> {
          LOG.warn("challenge.risk answered no decision; a login goes on in a browser");
          yield Decision.BROWSER;
        }
      };
    } catch (OAuthException e) {
      LOG.warn("challenge.risk: {}; a login goes on in a browser", e.detail());
      return Decision.BROWSER;
    }
  }
}

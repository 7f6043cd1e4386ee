package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.consent.ConsentStore;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.McpContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RFC 6749 §4.1.2, RFC 9207 §2 and RFC 9700 §4.11.2. How a request is answered, and where. */
public final class AuthorizationAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorizationAnswers.class);
  private static final int MAX_REASON = 300;

  /** The most bytes of a context in a redirect, as JSON: an address has to stay usable. */
  private static final int MAX_CONTEXT = 1024;

  private final String issuer;
  private final Site site;
  private final Database database;
  private final AuthorizationRequestStore requests;
  private final AuthorizationCodeStore codes;
  private final ConsentStore consents;
  private final AccessDescription access;

  public AuthorizationAnswers(
      String issuer,
      Site site,
      Database database,
      AuthorizationRequestStore requests,
      AuthorizationCodeStore codes,
      ConsentStore consents,
      AccessDescription access) {
    this.issuer = issuer;
    this.site = site;
    this.database = database;
    this.requests = requests;
    this.codes = codes;
    this.consents = consents;
    this.access = access;
  }

  Steps steps() {
    return new Steps(consents);
  }

  /** The address with a code for what was agreed to before. */
  String withCode(RegisteredClient client, AuthorizationRequest request, Person person) {
    String code = codes.newCode();
    database.write(handle -> {
      codes.save(handle, code, request, person.account().subject(), person.authenticationTime());
      return true;
    });
    return address(client, request, code);
  }

  /**
   * The address with a code for a request that waited; empty where it was answered before.
   *
   * @param remembered whether the person need not be asked again
   */
  Optional<String> withCode(
      RegisteredClient client,
      String name,
      AuthorizationRequest request,
      Person person,
      boolean remembered) {
    String code = codes.newCode();
    String subject = person.account().subject();
    boolean first =
        database.write(handle -> {
          if (!requests.take(handle, name)) {
            return false;
          }
          codes.save(handle, code, request, subject, person.authenticationTime());
          if (remembered) {
            consents.remember(
                handle,
                subject,
                request.clientId(),
                request.resource(),
                request.scope(),
                request.claims().all());
          }
          return true;
        });
    return first ? Optional.of(address(client, request, code)) : Optional.empty();
  }

  private String address(RegisteredClient client, AuthorizationRequest request, String code) {
    McpContext context = request.context();
    String json = context != null && client.metadata().wantsContextBack() ? context.json() : null;
    boolean fits = json != null && json.getBytes(StandardCharsets.UTF_8).length <= MAX_CONTEXT;
    return request.recipient().withCode(issuer, code, fits ? json : null);
  }

  /** The address with an error for a request that waited; empty where it was answered before. */
  Optional<String> withError(String name, AuthorizationRequest request, OAuthException error) {
    return requests.take(name)
        ? Optional.of(request.recipient().withError(issuer, error))
        : Optional.empty();
  }

  /**
   * An error before anybody was asked. It goes to the client at once only where that cannot lead
   * people astray: to a client the operator set up, or to the person's own machine. A stranger who
   * registered here could otherwise make addresses of this server that lead to theirs.
   */
  PageAnswer refused(RegisteredClient client, Recipient recipient, OAuthException error) {
    LOG.info("/authorize refused: {}", error.toString());
    String location = recipient.withError(issuer, error);
    boolean trusted =
        client.origin() == Origin.CONFIGURED || !RedirectUri.namesHost(recipient.redirectUri());
    return trusted
        ? new PageAnswer.ToClient(location)
        : page(error, location, AccessDescription.host(recipient.redirectUri()));
  }

  /** An error that can be sent nowhere. */
  PageAnswer onPage(OAuthException error) {
    if (error.code().httpStatus() >= 500) {
      throw error;
    }
    LOG.info("/authorize refused: {}", error.toString());
    return page(error, null, null);
  }

  private PageAnswer page(OAuthException error, @Nullable String location, @Nullable String host) {
    return new PageAnswer.Shown(
        400,
        "refused.jte",
        new RefusedView(
            site.frameWithoutForm("This request can’t be used"),
            error.code().code(),
            DisplayText.of(error.description(), MAX_REASON),
            location,
            host));
  }

  /** A decision that came second. */
  PageAnswer over() {
    return new PageAnswer.Shown(409, "over.jte", site.frameWithoutForm("Nothing left to decide"));
  }

  /** The way on to the client, after a person has decided or signed in. */
  PageAnswer onward(
      PageRequest page,
      Person person,
      AuthorizationRequest request,
      String location,
      boolean allowed) {
    String title = allowed ? "Allowed" : "Denied";
    SecurityLog.note(
        allowed ? "access_allowed" : "access_denied",
        "subject",
        person.account().subject(),
        "client_id",
        request.clientId(),
        "resource",
        request.resource(),
        "scope",
        request.scope().toString());
    return new PageAnswer.Onward(
        "onward.jte",
        new OnwardView(
            site.frame(title, page, person.label()),
            allowed,
            access.clientName(request.clientId()),
            location),
        location);
  }
}

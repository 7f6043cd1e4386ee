package dev.latchstring.authorizationserver.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.trace.RequestTrace;
import dev.latchstring.authorizationserver.trace.Traces;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one {@link Page}: checks the request, writes headers, cookie and body. */
public final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(PageServlet.class);

  private final transient Site site;
  private final transient Page page;
  private final transient Function<HttpServletRequest, String> clientAddress;
  private final transient @Nullable Traces traces;
  private final String route;

  /**
   * @param clientAddress tells where a request comes from, behind the trusted proxies
   */
  public PageServlet(Site site, Page page, Function<HttpServletRequest, String> clientAddress) {
    this(site, page, clientAddress, null, "");
  }

  /**
   * The same, traced.
   *
   * @param traces null where requests are not traced
   * @param route the path as it is mounted
   */
  public PageServlet(
      Site site,
      Page page,
      Function<HttpServletRequest, String> clientAddress,
      @Nullable Traces traces,
      String route) {
    this.site = site;
    this.page = page;
    this.clientAddress = clientAddress;
    this.traces = traces;
    this.route = route;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestTrace trace = traces == null ? RequestTrace.NONE : traces.begin(request, route);
    try {
      show(request, response);
    } finally {
      trace.end(response.getStatus());
    }
  }

  private void show(HttpServletRequest request, HttpServletResponse response) throws IOException {
    site.headers().write(response, page.usesScript());
    PageRequest pageRequest =
        new PageRequest(site, request, response, clientAddress.apply(request));
    PageAnswer answer;
    try {
      answer = answer(request, response, pageRequest);
    } catch (PageProblem.Found found) {
      answer = problem(found.problem(), null);
    } catch (OAuthException refused) {
      answer = problem(problemOf(refused), null);
    } catch (RuntimeException unexpected) {
      String reference = Secrets.newToken(site.random()).substring(0, 12);
      log.error("page {} failed, reference {}", request.getRequestURI(), reference, unexpected);
      answer = problem(PageProblem.SERVER_ERROR, reference);
    }
    write(request, response, answer);
  }

  private PageAnswer answer(
      HttpServletRequest request, HttpServletResponse response, PageRequest pageRequest)
      throws IOException {
    boolean head = request.getMethod().equals("HEAD");
    if (request.getMethod().equals("GET") || (head && !page.actsWhenOpened())) {
      return page.get(pageRequest);
    }
    if (!request.getMethod().equals("POST")) {
      response.setHeader("Allow", page.actsWhenOpened() ? "GET, POST" : "GET, HEAD, POST");
      throw PageProblem.METHOD_NOT_ALLOWED.exception();
    }
    if (page.takesForeignForms()) {
      pageRequest.readForeignForm();
    } else {
      pageRequest.readForm();
    }
    return page.post(pageRequest);
  }

  private static PageProblem problemOf(OAuthException refused) {
    if (refused.code() == ErrorCode.TEMPORARILY_UNAVAILABLE) {
      return PageProblem.UNAVAILABLE;
    }
    if (refused.code().httpStatus() >= 500) {
      return PageProblem.SERVER_ERROR;
    }
    return PageProblem.BAD_REQUEST;
  }

  private PageAnswer problem(PageProblem problem, @Nullable String reference) {
    ProblemView view =
        new ProblemView(
            site.frameWithoutForm(problem.heading()),
            problem.heading(),
            problem.advice(),
            reference);
    Duration retryAfter = problem == PageProblem.UNAVAILABLE ? Duration.ofSeconds(2) : null;
    return new PageAnswer.Shown(problem.status(), "problem.jte", view, retryAfter);
  }

  private void write(HttpServletRequest request, HttpServletResponse response, PageAnswer answer)
      throws IOException {
    switch (answer) {
      case PageAnswer.SeeOther other -> {
        response.setStatus(303);
        response.setHeader("Location", site.base() + other.path());
      }
      case PageAnswer.ToClient client -> {
        response.setStatus(303);
        response.setHeader("Location", client.location());
      }
      case PageAnswer.Onward onward -> {
        // HTML §4.2.4.3, as a header: what a browser without scripts follows, too.
        response.setHeader("Refresh", "0; url=" + onward.location());
        render(request, response, onward.template(), onward.view());
      }
      case PageAnswer.Shown shown -> {
        response.setStatus(shown.status());
        if (shown.retryAfter() != null) {
          response.setHeader("Retry-After", Long.toString(shown.retryAfter().toSeconds()));
        }
        render(request, response, shown.template(), shown.view());
      }
    }
  }

  private void render(
      HttpServletRequest request, HttpServletResponse response, String template, Object view)
      throws IOException {
    byte[] body = site.templates().render(template, view).getBytes(UTF_8);
    response.setContentType("text/html;charset=utf-8");
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}

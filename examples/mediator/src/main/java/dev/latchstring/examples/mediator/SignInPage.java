package dev.latchstring.examples.mediator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The page behind a URL elicitation, where a person answers what no MCP host may see. {@code
 * /sign-in/TICKET}, in the browser that opened it first alone.
 */
final class SignInPage extends HttpServlet {
  static final String PATH = "/sign-in/";

  /** The most bytes of a form. */
  static final int MAX_FORM = 32 * 1024;

  private static final String COOKIE = "sign-in";
  private static final long serialVersionUID = 1;

  private final transient Links links;
  private final transient URI home;
  private final String service;

  /**
   * @param home where people reach this server: https, or http on loopback
   */
  SignInPage(Links links, URI home, String service) {
    this.links = links;
    this.home = home;
    this.service = service;
  }

  String address(Links.Link link) {
    return HttpsUri.origin(home) + PATH + link.ticket();
  }

  /** What can be answered without scripts. */
  static boolean canShow(StepKind kind) {
    return switch (kind) {
      case IDENTIFY, KNOWLEDGE, PASSWORD, PIN, OTP, TOTP, APPROVAL -> true;
      case PASSKEY, UNKNOWN -> false;
    };
  }

  /** Looks at nothing and claims nothing: for those that look at links before people do. */
  @Override
  protected void doHead(HttpServletRequest request, HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Links.Link link = link(request).orElse(null);
    boolean ahead =
        request.getHeader("Sec-Purpose") != null || request.getHeader("Purpose") != null;
    if (link == null || ahead) {
      refuse(response);
      return;
    }
    if (!link.isOf(cookie(request))) {
      String claimed = links.claim(link).orElse(null);
      if (claimed == null) {
        refuse(response);
        return;
      }
      response.addCookie(cookie(link, claimed));
    }
    link.login().poll();
    show(link, response);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Links.Link link = link(request).orElse(null);
    FormParameters form = isFromHere(request) ? form(request) : null;
    if (link == null
        || form == null
        || !link.isOf(cookie(request))
        || !Secrets.equal(link.formToken(), value(form, "form"))) {
      refuse(response);
      return;
    }
    answer(link.login(), form);
    if (link.login().isOver()) {
      show(link, response);
    } else {
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", address(link));
      response.setHeader("Cache-Control", "no-store");
    }
  }

  private static void answer(Login login, FormParameters form) {
    Step step = login.step().orElse(null);
    String stepId = value(form, "step");
    if (step == null || !step.id().equals(stepId)) {
      return;
    }
    String wish = value(form, "do");
    if (wish.equals("leave")) {
      login.abandon("the sign-in was given up on its page");
    } else if (wish.equals("resend")) {
      login.answer(stepId, Answer.resend());
    } else if (wish.startsWith("switch ")) {
      String other = wish.substring("switch ".length());
      if (step.alternatives().stream().anyMatch(each -> each.id().equals(other))) {
        login.answer(stepId, Answer.switchTo(other));
      }
    } else if (step.kind() != StepKind.APPROVAL) {
      Map<String, String> values = new LinkedHashMap<>();
      for (Field field : step.fields()) {
        values.put(field.name(), value(form, "v." + field.name()));
      }
      login.answer(stepId, Answer.values(values));
    }
  }

  private void show(Links.Link link, HttpServletResponse response) throws IOException {
    Step step = link.login().step().orElse(null);
    Login.Outcome outcome = link.login().outcome().orElse(null);
    switch (outcome) {
      case Login.Outcome.SignedIn() -> {
        links.usedUp(link);
        write(
            response,
            200,
            Html.message("Signed in", "You can close this page and go on in your assistant."));
      }
      case Login.Outcome.Failed(String why) -> {
        links.usedUp(link);
        write(response, 200, Html.message("Not signed in", why + "."));
      }
      case null -> {
        if (step != null && !canShow(step.kind())) {
          takeAnotherWay(link.login(), step);
          step = link.login().step().orElse(null);
        }
        write(
            response,
            200,
            step == null ? Html.waiting(service, 3) : Html.step(service, step, link.formToken()));
      }
    }
  }

  /** A passkey needs a script, which this page has not: another way is taken, or none. */
  private static void takeAnotherWay(Login login, Step step) {
    step.alternatives().stream()
        .filter(other -> canShow(other.kind()))
        .findFirst()
        .ifPresentOrElse(
            other -> login.answer(step.id(), Answer.switchTo(other.id())),
            () -> login.abandon("the service asks for what this page cannot ask"));
  }

  /** One text for links that are wrong, used up, too old or another browser's. */
  private static void refuse(HttpServletResponse response) throws IOException {
    write(
        response,
        410,
        Html.message(
            "This link is not good here",
            "It was used, is too old, or was opened in another browser first. Call the tool again"
                + " in your assistant to get a new one."));
  }

  private static void write(HttpServletResponse response, int status, byte[] html)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/html; charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Security-Policy", Html.POLICY);
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // Not no-referrer: browsers would then say "Origin: null" of our own forms.
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.getOutputStream().write(html);
  }

  /** A name of another's that points here (DNS rebinding) finds no link. */
  private Optional<Links.Link> link(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path != null
            && path.length() > 1
            && path.length() < 100
            && home.getRawAuthority().equalsIgnoreCase(request.getHeader("Host"))
        ? links.find(path.substring(1))
        : Optional.empty();
  }

  private boolean isFromHere(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    return (origin == null || origin.equalsIgnoreCase(HttpsUri.origin(home)))
        && (site == null || site.equals("same-origin"));
  }

  private static @Nullable FormParameters form(HttpServletRequest request) throws IOException {
    String type = String.valueOf(request.getContentType());
    byte[] body = request.getInputStream().readNBytes(MAX_FORM + 1);
    if (!type.startsWith("application/x-www-form-urlencoded") || body.length > MAX_FORM) {
      return null;
    }
    try {
      return FormParameters.parse(new String(body, UTF_8));
    } catch (OAuthException e) {
      return null;
    }
  }

  private static String value(FormParameters form, String name) {
    String value = form.optional(name);
    return value == null ? "" : value;
  }

  private Cookie cookie(Links.Link link, String value) {
    Cookie cookie = new Cookie(COOKIE, value);
    cookie.setPath(PATH + link.ticket());
    cookie.setHttpOnly(true);
    cookie.setSecure(home.getScheme().equals("https"));
    cookie.setAttribute("SameSite", "Strict");
    return cookie;
  }

  private static @Nullable String cookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(COOKIE)) {
          return cookie.getValue();
        }
      }
    }
    return null;
  }
}

package dev.latchstring.authorizationserver.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Secrets;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request for a page: its parameters and its browser session.
 *
 * <p>A browser that brings no session gets one as soon as a page has a form.
 */
public final class PageRequest {
  /** The most bytes a form may have. */
  static final int MAX_FORM = 16 * 1024;

  private static final int MOST_READ = 64 * 1024;

  private static final String FORM_PURPOSE = "form";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";

  private final Site site;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final String clientAddress;
  private @Nullable String sessionToken;
  private @Nullable FormParameters form;

  PageRequest(
      Site site, HttpServletRequest request, HttpServletResponse response, String clientAddress) {
    this.site = site;
    this.request = request;
    this.response = response;
    this.clientAddress = clientAddress;
    this.sessionToken = site.cookie().read(request);
  }

  /** The parameters of the address. */
  public FormParameters query() {
    String query = request.getQueryString();
    return FormParameters.parse(query == null ? "" : query);
  }

  /** The fields of the form that was sent. */
  public FormParameters form() {
    if (form == null) {
      throw new IllegalStateException("only a POST has a form");
    }
    return form;
  }

  /** The address the browser is at, behind the trusted proxies. */
  public String clientAddress() {
    return clientAddress;
  }

  /** What the browser's cookie says: a token that may or may not mean a person; null for none. */
  public @Nullable String sessionToken() {
    return sessionToken;
  }

  /** Gives the browser another session, as signing in must; every form it has is void. */
  public void replaceSession(String token) {
    sessionToken = token;
    site.cookie().write(response, token);
  }

  /** Takes the session from the browser; every form it has is void. */
  public void endSession() {
    sessionToken = null;
    site.cookie().clear(response);
  }

  /** What a form of this session sends back. */
  String formToken() {
    return proof(FORM_PURPOSE);
  }

  /** Proof that an address was made for this session and this purpose. */
  public String proof(String purpose) {
    if (sessionToken == null) {
      replaceSession(Secrets.newToken(site.random()));
    }
    return FormToken.of(Objects.requireNonNull(sessionToken), purpose);
  }

  /** Whether a proof that came in was made for this session and this purpose. */
  public boolean proves(@Nullable String proof, String purpose) {
    return sessionToken != null && FormToken.matches(proof, sessionToken, purpose);
  }

  /**
   * Reads the form; where it is none, is too large or comes from elsewhere, the request ends with
   * that {@link PageProblem}.
   */
  void readForm() throws IOException {
    byte[] body = body();
    if (!site.sameOrigin().allows(request)) {
      throw PageProblem.FROM_ELSEWHERE.exception();
    }
    if (sessionToken == null) {
      throw PageProblem.NO_COOKIE.exception();
    }
    FormParameters fields = FormParameters.parse(new String(body, UTF_8));
    if (!proves(fields.optional(FormToken.FIELD), FORM_PURPOSE)) {
      throw PageProblem.STALE_FORM.exception();
    }
    form = fields;
  }

  /** Reads a form from wherever it comes; the person at the browser counts for nobody. */
  void readForeignForm() throws IOException {
    sessionToken = null;
    form = FormParameters.parse(new String(body(), UTF_8));
  }

  private byte[] body() throws IOException {
    String type = request.getContentType();
    if (type == null
        || !isForm(type)
        || Collections.list(request.getHeaders("Content-Type")).size() > 1) {
      throw PageProblem.WRONG_CONTENT_TYPE.exception();
    }
    // What is somewhat too large is read to its end: who still sends would not see the answer.
    byte[] body = request.getInputStream().readNBytes(MOST_READ);
    if (body.length > MAX_FORM) {
      throw PageProblem.TOO_LARGE.exception();
    }
    return body;
  }

  private static boolean isForm(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT).equals(FORM_TYPE);
  }
}

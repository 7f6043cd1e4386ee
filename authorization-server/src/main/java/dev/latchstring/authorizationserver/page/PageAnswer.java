package dev.latchstring.authorizationserver.page;

import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a page answers: itself, or the way to another. */
public sealed interface PageAnswer {

  /**
   * A page.
   *
   * @param status the HTTP status
   * @param template the template's file name
   * @param view the template's one parameter
   * @param retryAfter RFC 9110 §10.2.3: when to try again; null where it does not matter
   */
  record Shown(int status, String template, Object view, @Nullable Duration retryAfter)
      implements PageAnswer {
    /** A page as it is meant to be: status 200. */
    public Shown(String template, Object view) {
      this(200, template, view, null);
    }

    /** A page that says what is wrong. */
    public Shown(int status, String template, Object view) {
      this(status, template, view, null);
    }
  }

  /**
   * RFC 6749 §4.1.2: out of this server, to a client's redirect URI that was validated. Browsers
   * hold the end of a form's way, too, to the policy of the page the form was on, so this is for
   * what no form of ours leads to; see {@link Onward}.
   *
   * @param location the whole address
   */
  record ToClient(String location) implements PageAnswer {
    /** Without the address: a code may be in it. */
    @Override
    public String toString() {
      return "ToClient[]";
    }
  }

  /**
   * A page of status 200 that goes on to a client's redirect URI by itself, at once.
   *
   * @param location the whole address
   */
  record Onward(String template, Object view, String location) implements PageAnswer {
    /** Without the address: a code may be in it. */
    @Override
    public String toString() {
      return "Onward[" + template + "]";
    }
  }

  /**
   * RFC 9110 §15.4.4: look there, with GET.
   *
   * @param path a path within the issuer, beginning with a slash, with its query
   */
  record SeeOther(String path) implements PageAnswer {
    /** A path and the parameters of its query. */
    public SeeOther(String path, Map<String, String> query) {
      this(query.isEmpty() ? path : path + "?" + FormParameters.encode(query));
    }
  }
}

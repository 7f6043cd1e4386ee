package dev.latchstring.cli.demo;

import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Plays the person who approves: with a browser's cookies and headers, over HTTP, through the real
 * pages, one form after the other. It knows no address but the one the terminal shows, and no
 * secret but the password.
 *
 * <p>As the pages ask of a person, it compares the code on every page with the one it was shown,
 * and goes no further where they differ.
 */
public final class PlayedPerson implements AutoCloseable {
  private static final int MOST_PAGES = 8;
  private static final int MOST_BYTES = 1 << 18;

  private final String username;
  private final String password;
  private final HttpClient browser;

  /** One page: what it was called, what the person did there, how long the server took. */
  public record Visit(String heading, String action, Duration took) {}

  public PlayedPerson(String username, String password) {
    this.username = username;
    this.password = password;
    this.browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ORIGINAL_SERVER))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /**
   * Opens the address, signs in where asked, and decides.
   *
   * @param decision the value of the button that decides: {@code allow} or {@code deny}
   * @return the pages in their order; the last one is the outcome
   * @throws IOException where the server cannot be reached, or shows a page without a way on
   */
  public List<Visit> decide(URI address, String userCode, String decision)
      throws IOException, InterruptedException {
    List<Visit> visits = new ArrayList<>();
    Page last = decide(address, userCode, decision, visits);
    if (last.isElsewhere()) {
      throw new IOException("the page sends the browser away, to " + last.address().getHost());
    }
    return visits;
  }

  /**
   * The same for an authorization request, which leads back to the program that asked.
   *
   * @return where the browser is led, which is not visited
   */
  public URI decide(URI address, String decision) throws IOException, InterruptedException {
    Page last = decide(address, "", decision, new ArrayList<>());
    if (!last.isElsewhere()) {
      throw new IOException("the page \"" + last.heading() + "\" leads nowhere");
    }
    return last.address();
  }

  private Page decide(URI address, String userCode, String decision, List<Visit> visits)
      throws IOException, InterruptedException {
    Page page = load(HttpRequest.newBuilder(address).GET());
    boolean decided = false;
    // What was allowed before is not asked again: then the browser is led away before a decision.
    while (!decided && !page.isElsewhere() && visits.size() < MOST_PAGES) {
      HtmlForm form = HtmlForm.ofMain(page.address(), page.html());
      if (form == null) {
        throw new IOException("the page \"" + page.heading() + "\" has no form to go on with");
      }
      SequencedMap<String, String> filled = new LinkedHashMap<>(form.fields());
      String action = fill(form, filled, userCode, visits);
      HtmlForm.Button pressed = button(form, decision);
      if (pressed.name() != null) {
        filled.put(pressed.name(), pressed.value() == null ? "" : pressed.value());
        decided = decision.equals(pressed.value());
      }
      requireSameCode(page, userCode);
      visits.add(
          new Visit(page.heading(), action + "presses \"" + pressed.label() + "\"", page.took()));
      page = submit(page, form, filled);
    }
    if (!decided && !page.isElsewhere()) {
      throw new IOException("the pages go on and on; the last is \"" + page.heading() + "\"");
    }
    visits.add(new Visit(page.heading(), "", page.took()));
    return page;
  }

  private String fill(
      HtmlForm form, SequencedMap<String, String> filled, String userCode, List<Visit> visits)
      throws IOException {
    if (!form.passwords().isEmpty()) {
      if (visits.stream().anyMatch(visit -> visit.action().contains("password"))) {
        throw new IOException("the sign-in page did not accept the password of " + username);
      }
      filled.replace("username", username);
      form.passwords().forEach(name -> filled.put(name, password));
      return "types " + username + " and the password, ";
    }
    boolean typed = visits.stream().anyMatch(visit -> visit.action().contains(userCode));
    if (filled.containsKey("user_code") && form.buttons().size() == 1 && typed) {
      throw new IOException("the page did not accept the code " + userCode);
    }
    if (filled.containsKey("user_code") && filled.get("user_code").isEmpty()) {
      filled.put("user_code", userCode);
      return "types " + userCode + ", ";
    }
    return "";
  }

  private static HtmlForm.Button button(HtmlForm form, String decision) throws IOException {
    List<HtmlForm.Button> buttons = form.buttons();
    for (HtmlForm.Button button : buttons) {
      if (decision.equals(button.value())) {
        return button;
      }
    }
    if (buttons.size() != 1) {
      throw new IOException("a form with " + buttons.size() + " buttons and none to " + decision);
    }
    return buttons.getFirst();
  }

  /** RFC 8628 §3.3.1: the person is to check that the page shows the code that the device shows. */
  private static void requireSameCode(Page page, String userCode) throws IOException {
    HtmlForm form = HtmlForm.ofMain(page.address(), page.html());
    String shown = form == null ? null : form.fields().get("user_code");
    if (shown != null && !shown.isEmpty() && !normal(shown).equals(normal(userCode))) {
      throw new IOException("the page shows the code " + shown + ", the terminal " + userCode);
    }
  }

  private static String normal(String code) {
    return code.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
  }

  private Page submit(Page page, HtmlForm form, SequencedMap<String, String> filled)
      throws IOException, InterruptedException {
    return load(
        HttpRequest.newBuilder(form.action())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", origin(page.address()))
            .header("Sec-Fetch-Site", "same-origin")
            .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(filled))));
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  /** Loads a page and follows redirects, up to one that leads to another host. */
  private Page load(HttpRequest.Builder request) throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpRequest next =
        request.header("Accept", "text/html").timeout(Duration.ofSeconds(20)).build();
    String authority = next.uri().getRawAuthority();
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> response = browser.send(next, HttpResponse.BodyHandlers.ofString());
      @Nullable String location = leadsTo(response);
      if (location == null) {
        return page(next.uri(), response, Duration.ofNanos(System.nanoTime() - start));
      }
      URI target = next.uri().resolve(location);
      if (!authority.equals(target.getRawAuthority())) {
        return new Page(target, "", "", Duration.ofNanos(System.nanoTime() - start), true);
      }
      next =
          HttpRequest.newBuilder(target)
              .header("Accept", "text/html")
              .timeout(Duration.ofSeconds(20))
              .GET()
              .build();
    }
    throw new IOException("too many redirects at " + authority);
  }

  /** A redirect, or a page that goes on by itself, as the one that leads back to a program does. */
  private static @Nullable String leadsTo(HttpResponse<String> response) {
    String refresh = response.headers().firstValue("Refresh").orElse("");
    int url = refresh.toLowerCase(Locale.ROOT).indexOf("url=");
    if (url >= 0) {
      return refresh.substring(url + "url=".length());
    }
    return response.statusCode() / 100 == 3
        ? response.headers().firstValue("Location").orElse(null)
        : null;
  }

  private static Page page(URI address, HttpResponse<String> response, Duration took)
      throws IOException {
    String html = response.body();
    if (html.length() > MOST_BYTES) {
      throw new IOException("a page of " + html.length() + " characters at " + address.getPath());
    }
    String heading = HtmlText.first("h1", html);
    if (response.statusCode() >= 400 && HtmlForm.ofMain(address, html) == null) {
      throw new IOException(
          "the page at "
              + address.getPath()
              + " answered "
              + response.statusCode()
              + (heading.isEmpty() ? "" : ": " + heading));
    }
    return new Page(address, html, heading, took, false);
  }

  @Override
  public void close() {
    // HttpClient.close() came with Java 21 and waits for nothing here: no request is under way.
    browser.close();
  }

  private record Page(
      URI address, String html, String heading, Duration took, boolean isElsewhere) {}
}

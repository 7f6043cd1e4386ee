package dev.latchstring.client.browser;

import dev.latchstring.client.ClientException;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where one login's browser comes back to: the port, and what a person pastes. Whichever brings the
 * answer first, it counts once.
 */
public final class BrowserReturn implements AutoCloseable {
  /** How long the browser's page waits to say what became of the login. */
  static final Duration PAGE_PATIENCE = Duration.ofSeconds(12);

  private final Loopback loopback;
  private final URI redirectUri;
  private final CompletableFuture<AuthorizationResponse> response = new CompletableFuture<>();
  private final CompletableFuture<CallbackPage> outcome = new CompletableFuture<>();
  private volatile @Nullable Expected expected;

  private BrowserReturn(Loopback loopback, URI redirectUri) {
    this.loopback = loopback;
    this.redirectUri = redirectUri;
  }

  /**
   * Opens the port.
   *
   * @throws ClientException {@link dev.latchstring.client.Problem#PORT_TAKEN}
   */
  public static BrowserReturn open(ReturnAddress address) {
    Loopback loopback =
        address.isFixed() ? Loopback.at(address.port()) : Loopback.anywhere(address.port());
    BrowserReturn back = new BrowserReturn(loopback, address.on(loopback.port()));
    loopback.serve(back::answer);
    return back;
  }

  /** What the authorization server is told. */
  public URI redirectUri() {
    return redirectUri;
  }

  /**
   * Waits for the answer.
   *
   * @return empty where none came in that time
   */
  public Optional<AuthorizationResponse> await(Expected meant, Duration patience)
      throws InterruptedException {
    expected = meant;
    try {
      return Optional.of(response.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("only completed", e);
    }
  }

  /** Begins to take answers, before the address is shown to anybody. */
  public void expect(Expected meant) {
    expected = meant;
  }

  /** Whether no answer has come yet. */
  public boolean isWaiting() {
    return !response.isDone();
  }

  /** Tells the browser what became of the login. */
  public void finish(CallbackPage page) {
    outcome.complete(page);
  }

  /** What a request on the port gets. */
  private CallbackPage answer(String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    if (!path.equals(redirectUri.getRawPath())) {
      return CallbackPage.notFound();
    }
    FormParameters parameters;
    try {
      parameters = FormParameters.parse(question < 0 ? "" : target.substring(question + 1));
    } catch (OAuthException e) {
      return CallbackPage.notUnderstood(400);
    }
    Expected meant = expected;
    if (meant == null || !meant.isMeant(parameters)) {
      return CallbackPage.stranger();
    }
    return response.complete(meant.read(parameters)) ? awaitOutcome() : CallbackPage.usedUp();
  }

  private CallbackPage awaitOutcome() {
    try {
      return outcome.get(PAGE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return CallbackPage.received();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CallbackPage.received();
    }
  }

  /**
   * Takes what a person copied from their browser: the whole address it came back to, what stands
   * behind its question mark, or the code alone.
   *
   * @return null where it was taken; else what is wrong with it, for the person
   */
  public @Nullable String paste(String text) {
    String pasted = text.strip();
    Expected meant = expected;
    if (pasted.isEmpty() || pasted.length() > PastedAddress.MAX || meant == null) {
      return "that is not an address";
    }
    if (!pasted.contains("=")) {
      return pasteCode(meant, pasted);
    }
    try {
      FormParameters parameters = new PastedAddress(redirectUri).parameters(pasted);
      if (meant.isMeant(parameters)) {
        return taken(response.complete(meant.read(parameters)));
      }
      if (parameters.optional("state") == null) {
        throw PastedAddress.incomplete();
      }
      return PastedAddress.OF_ANOTHER_LOGIN;
    } catch (PastedAddress.Refused e) {
      return e.why();
    }
  }

  /** The verifier proves that it is this login's code, and nothing says which server it is from. */
  private @Nullable String pasteCode(Expected meant, String code) {
    if (code.contains("://") || code.startsWith(redirectUri.getRawAuthority())) {
      return "that address holds no answer; it is the one that your browser came back to";
    }
    if (meant.namesIssuer()) {
      return "the code alone is not enough here; copy the whole address, which begins with "
          + redirectUri;
    }
    return Expected.isCode(code)
        ? taken(response.complete(new AuthorizationResponse.Code(code)))
        : "that is neither an address nor a code";
  }

  private static @Nullable String taken(boolean first) {
    return first ? null : PastedAddress.TWICE;
  }

  @Override
  public void close() {
    outcome.complete(CallbackPage.received());
    response.cancel(false);
    loopback.close();
  }
}

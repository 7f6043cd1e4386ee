package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.browser.AuthorizationResponse;
import dev.latchstring.client.browser.BrowserLauncher;
import dev.latchstring.client.browser.BrowserReturn;
import dev.latchstring.client.browser.CallbackPage;
import dev.latchstring.client.browser.Expected;
import dev.latchstring.client.browser.ReturnAddress;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One visit of the person's browser to the authorization server: opened and shown, until it comes
 * back with an answer. It says in the browser what became of the login.
 */
final class BrowserVisit implements AutoCloseable {
  private final LoginContext context;
  private final BrowserOptions options;
  private final BrowserReturn back;

  private BrowserVisit(LoginContext context, BrowserOptions options, BrowserReturn back) {
    this.context = context;
    this.options = options;
    this.back = back;
  }

  /**
   * Opens the port that the browser comes back to.
   *
   * @throws ClientException {@link Problem#PORT_TAKEN}
   */
  static BrowserVisit open(LoginContext context) {
    BrowserOptions wanted = context.options().browser();
    BrowserOptions options = wanted == null ? pinned(context) : wanted;
    int usual = context.registration().usualPort(context.at());
    return new BrowserVisit(
        context, options, BrowserReturn.open(options.comeBack().preferring(usual)));
  }

  private static BrowserOptions pinned(LoginContext context) {
    String redirectUri = context.at().settings().value(Setting.REDIRECT_URI);
    return redirectUri == null
        ? BrowserOptions.DEFAULT
        : BrowserOptions.DEFAULT.comingBackTo(ReturnAddress.parse(redirectUri));
  }

  URI redirectUri() {
    return back.redirectUri();
  }

  /**
   * Sends the browser there, and waits for it to come back.
   *
   * @param longest the most time there is; the caller's own patience may be less
   * @return empty where it did not come back in time
   * @throws ClientException {@link Problem#NOT_SHOWN}; {@link Problem#METADATA_INVALID} where the
   *     answer is not from this authorization server
   */
  Optional<AuthorizationResponse> to(
      URI address, String state, Duration longest, LoginPrompt prompt) throws InterruptedException {
    if (!HttpsUri.isHttpsOrLoopback(address)) {
      throw new ClientException(
          Problem.METADATA_INVALID, "the authorization endpoint does not use https", null);
    }
    Duration patience = longest.compareTo(options.patience()) < 0 ? longest : options.patience();
    Expected expected =
        new Expected(
            state,
            context.at().issuer(),
            Boolean.TRUE.equals(
                context.at().authorizationServer().authorizationResponseIssParameterSupported()));
    back.expect(expected);
    boolean opened = BrowserLauncher.open(surroundings(), address);
    show(prompt, address, opened, patience);
    Optional<AuthorizationResponse> response = back.await(expected, patience);
    if (response.orElse(null) instanceof AuthorizationResponse.Misdirected(String why)) {
      back.finish(CallbackPage.failed("The answer could not be trusted, and was not used."));
      throw new ClientException(
          Problem.METADATA_INVALID,
          why + "; it was not used",
          "start the login again; if it happens again, tell the operator of "
              + context.at().issuer());
    }
    return response;
  }

  private Surroundings surroundings() {
    return context.situation().surroundings();
  }

  private void show(LoginPrompt prompt, URI address, boolean opened, Duration patience) {
    BrowserAddress shown =
        new BrowserAddress(
            address,
            back.redirectUri(),
            opened,
            context.clock().instant().plus(patience),
            context.at().server(),
            context.at().issuer(),
            context.registration().clientName(context.at()),
            context.scope(),
            pasteBack());
    try {
      prompt.show(shown);
    } catch (RuntimeException e) {
      throw new ClientException(
          Problem.NOT_SHOWN,
          "the address to open could not be shown: " + e.getMessage(),
          "log in from a terminal with latch login",
          e);
    }
  }

  private BrowserAddress.PasteBack pasteBack() {
    return new BrowserAddress.PasteBack() {
      @Override
      public @Nullable String offer(String text) {
        return back.paste(text);
      }

      @Override
      public boolean isWaiting() {
        return back.isWaiting();
      }
    };
  }

  /** Tells the browser what became of it. */
  void finish(CallbackPage page) {
    back.finish(page);
  }

  @Override
  public void close() {
    back.close();
  }
}

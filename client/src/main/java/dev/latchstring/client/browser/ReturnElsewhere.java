package dev.latchstring.client.browser;

import dev.latchstring.client.ClientException;
import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8252 §7.3. A login whose browser another process of this machine waits for. What a person
 * copied is handed on to that process's port, as their browser would have if it were here.
 */
public final class ReturnElsewhere {
  private static final Duration PATIENCE = BrowserReturn.PAGE_PATIENCE.plusSeconds(3);

  private static final List<String> ANSWER =
      List.of("code", "state", "iss", "error", "error_description");

  private static final String GONE =
      "the login that it is for is not waiting any more; use the newest page";

  private final URI redirectUri;

  /**
   * @param redirectUri where that login's browser comes back to, with its port
   * @throws ClientException {@link dev.latchstring.client.Problem#BAD_ADDRESS} where it is no
   *     address of this machine: an answer is handed to nobody else
   */
  public ReturnElsewhere(URI redirectUri) {
    ReturnAddress address = ReturnAddress.parse(redirectUri.toString());
    this.redirectUri = address.on(address.port());
  }

  /**
   * Takes the whole address that the browser came back to, or what stands behind its question mark.
   * Returns when it is known there what became of the login, or after 15 seconds.
   *
   * @return null where the answer was taken there; else what is wrong with it, for the person
   */
  public @Nullable String hand(String text) {
    String pasted = text.strip();
    if (pasted.length() > PastedAddress.MAX || !pasted.contains("=")) {
      return "copy the whole address, which begins with " + redirectUri;
    }
    try {
      return sent(new PastedAddress(redirectUri).parameters(pasted));
    } catch (PastedAddress.Refused e) {
      return e.why();
    }
  }

  private @Nullable String sent(FormParameters parameters) throws PastedAddress.Refused {
    if (parameters.optional("state") == null) {
      throw PastedAddress.incomplete();
    }
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    for (String name : ANSWER) {
      answer.put(name, parameters.optional(name));
    }
    URI address = URI.create(FormParameters.appended(redirectUri.toString(), answer));
    try {
      return switch (status(address)) {
        case 200 -> null;
        case 400 -> PastedAddress.OF_ANOTHER_LOGIN;
        case 409 -> PastedAddress.TWICE;
        default -> GONE;
      };
    } catch (SocketTimeoutException e) {
      return null;
    } catch (IOException e) {
      return GONE;
    }
  }

  private static int status(URI address) throws IOException {
    HttpURLConnection request = (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
    request.setConnectTimeout((int) PATIENCE.toMillis());
    request.setReadTimeout((int) PATIENCE.toMillis());
    request.setInstanceFollowRedirects(false);
    try {
      return request.getResponseCode();
    } finally {
      request.disconnect();
    }
  }
}

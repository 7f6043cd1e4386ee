package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.config.DeliverySettings.Format;
import dev.latchstring.authorizationserver.config.DeliverySettings.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLException;

/**
 * A request to the operator's gateway for each message. Any 2xx means that it was taken; a redirect
 * is not followed, and nothing of an answer is read but its status.
 */
final class GatewayTransport implements Transport {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  private final Gateway gateway;
  private final Clock clock;
  private final HttpClient http;

  GatewayTransport(Gateway gateway, Clock clock) {
    this.gateway = gateway;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LONGEST_CONNECT)
            .sslContext(Trust.context(gateway.authorities()))
            .build();
  }

  @Override
  public void deliver(Message message, Duration left) throws DeliveryFailure, InterruptedException {
    HttpRequest request = request(message, Destinations.number(message.destination()), left);
    int status;
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      response.body().close(); // Ends the connection where there is more of it than came along.
      status = response.statusCode();
    } catch (HttpTimeoutException e) {
      throw DeliveryFailure.forNow("the gateway did not answer in time");
    } catch (SSLException e) {
      throw DeliveryFailure.forNow("no TLS with the gateway, or its certificate is not believed");
    } catch (IOException e) {
      throw DeliveryFailure.forNow("the gateway could not be reached, or broke off");
    }
    if (status / 100 != 2) {
      String reason = "the gateway answered " + status;
      throw mayPass(status) ? DeliveryFailure.forNow(reason) : DeliveryFailure.forGood(reason);
    }
  }

  /** RFC 9110 §15: too slow, too many (RFC 6585 §4), and the other side's own faults. */
  private static boolean mayPass(int status) {
    return status == 408
        || status == 429
        || status == 500
        || status == 502
        || status == 503
        || status == 504;
  }

  private HttpRequest request(Message message, String to, Duration left) {
    boolean form = gateway.format() == Format.FORM;
    String body =
        form
            ? GatewayBody.form(gateway, message, to)
            : GatewayBody.json(gateway, message, to, left.toSeconds());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.url())
            .timeout(LONGEST_WAIT)
            .header("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json")
            .header("Idempotency-Key", message.reference())
            .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8));
    gateway.headers().forEach(request::header);
    if (gateway.user() != null) {
      String pair = gateway.user() + ":" + gateway.password();
      request.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    if (gateway.signingKey() != null) {
      long now = clock.instant().getEpochSecond();
      request
          .header("webhook-id", message.reference())
          .header("webhook-timestamp", String.valueOf(now))
          .header(
              "webhook-signature",
              WebhookSignature.of(gateway.signingKey(), message.reference(), now, body));
    }
    return request.build();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

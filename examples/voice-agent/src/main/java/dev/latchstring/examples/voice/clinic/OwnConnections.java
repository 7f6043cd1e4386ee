package dev.latchstring.examples.voice.clinic;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Gives the SDK's transport an HTTP client that is there already, so that whoever made it can end
 * it: the SDK leaves its own, with a thread, to the garbage collector.
 */
final class OwnConnections implements HttpClient.Builder {
  private final HttpClient own;

  OwnConnections(HttpClient own) {
    this.own = own;
  }

  @Override
  public HttpClient build() {
    return own;
  }

  @Override
  public HttpClient.Builder cookieHandler(CookieHandler cookies) {
    throw new UnsupportedOperationException("there are no cookies");
  }

  @Override
  public HttpClient.Builder authenticator(Authenticator authenticator) {
    throw new UnsupportedOperationException("there are no credentials");
  }

  @Override
  public HttpClient.Builder connectTimeout(Duration duration) {
    return this;
  }

  @Override
  public HttpClient.Builder sslContext(SSLContext context) {
    return this;
  }

  @Override
  public HttpClient.Builder sslParameters(SSLParameters parameters) {
    return this;
  }

  @Override
  public HttpClient.Builder executor(Executor executor) {
    return this;
  }

  @Override
  public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
    return this;
  }

  @Override
  public HttpClient.Builder version(HttpClient.Version version) {
    return this;
  }

  @Override
  public HttpClient.Builder priority(int priority) {
    return this;
  }

  @Override
  public HttpClient.Builder proxy(ProxySelector selector) {
    return this;
  }
}
